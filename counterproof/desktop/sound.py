"""Tones that differ in rhythm and not only in pitch, so that ears of every kind tell them apart.

Accepted: short, long. Refused: three short. Undecided: long, long. Aiming: one tick, the faster the nearer.
Where there is nothing to play them on, everything goes on in silence: the system's library is kept from
filling the terminal with its reasons.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    import miniaudio

RATE: Final = 44_100
_LOUD: Final = 9_000  # of 32,767
_FADE: Final = 0.008
_TAIL: Final = 0.2  # seconds that a device still plays after the last sample was handed over
_ALSA: Final = "libasound.so.2"
_SAYS = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
_silently = _SAYS(lambda *_said: None)
"""Takes what ALSA would print about a card that is not there; kept for as long as the process lives."""


class Cue(Enum):
    """A sound: (hertz, seconds) one after the other; 0 hertz is silence."""

    ACCEPTED = ((660.0, 0.09), (0.0, 0.05), (880.0, 0.30))
    REFUSED = ((330.0, 0.10), (0.0, 0.07), (330.0, 0.10), (0.0, 0.07), (330.0, 0.10))
    UNDECIDED = ((494.0, 0.28), (0.0, 0.12), (440.0, 0.28))
    PLAIN = ((550.0, 0.14),)
    TICK = ((1_000.0, 0.02),)

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return float(sum(seconds for _, seconds in self.value))


def samples(cue: Cue) -> array.array[int]:
    """Return a cue as signed 16-bit samples, one channel, 44,100 a second."""
    out: array.array[int] = array.array("h")
    for hertz, seconds in cue.value:
        count = round(seconds * RATE)
        fade = max(1, round(_FADE * RATE))
        for place in range(count):
            loud = _LOUD * min(1.0, place / fade, (count - place) / fade)
            out.append(round(loud * math.sin(math.tau * hertz * place / RATE)))
    return out


class Sounder:
    """Plays one cue after the other in a thread of its own; `close` it with the window."""

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        self._works = True
        self._pool = ThreadPoolExecutor(1, "counterproof-sound")
        self._closing = threading.Event()

    @property
    def silent(self) -> bool:
        """Whether sound is wanted, and nothing was found to play it on."""
        return self.on and not self._works

    def look(self) -> None:
        """Look again whether there is something to play on; `silent` tells a moment later."""
        if self.on and not self._closing.is_set():
            self._pool.submit(self._look)

    def play(self, cue: Cue) -> None:
        """Play a cue; nothing happens where sound is off or there is no device."""
        if self.on and self._works and not self._closing.is_set():
            self._pool.submit(self._play, cue)

    def close(self) -> None:
        """Be silent."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self) -> None:
        device = self._device()
        if device is not None:
            device.close()

    def _play(self, cue: Cue) -> None:
        device = self._device()
        if device is None:
            return
        with contextlib.closing(device):
            stream = _stream(samples(cue))
            next(stream)
            device.start(stream)
            self._closing.wait(cue.seconds + _TAIL)

    def _device(self) -> miniaudio.PlaybackDevice | None:
        try:
            import miniaudio  # noqa: PLC0415 - opens the system's sound libraries

            _hush()
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=80,
            )
        except Exception:  # noqa: BLE001 - no library, no device, no server: all the same to whoever looks
            self._works = False
            return None
        self._works = True
        return device


def _hush() -> None:
    """Let ALSA print nothing; other systems have no such library."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(_ALSA).snd_lib_error_set_handler(_silently)


def _stream(data: array.array[int]) -> Generator[array.array[int], int, None]:
    """Hand samples out as miniaudio asks for them, then silence."""
    wanted, place = (yield array.array("h")), 0
    while True:
        part = data[place : place + wanted]
        place += wanted
        part.extend([0] * (wanted - len(part)))
        wanted = yield part
