"""Every bound of this room in one place, with its unit in its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpticsLimits:
    """Bounds on text, frames, pictures and the worker that decodes them.

    The numbers of messages and frames belong to the profile (docs/qr-exchange.md, "Limits"); those of
    pictures and of the worker are ours and may be lowered by whoever builds on this room.
    """

    # Messages and text
    stream_message_bytes: int = 65_535  # the length field of a frame has 16 bits
    still_payload_bytes: int = 1_676  # M and its CRC-32 in one code of version 30-L
    easy_still_payload_bytes: int = 1_230  # the same in version 25-L, which a webcam still reads well
    print_payload_bytes: int = 1_230  # the most that is printed on paper
    checksum_bytes: int = 4
    pasted_characters: int = 65_536  # one line of a scanner, or what somebody pasted
    text_lines: int = 4_096  # lines of one text input

    # Streams
    symbol_bytes: int = 480
    frame_bytes: int = 500
    frame_characters: int = 755  # "CPF1:" and the Base45 of a frame
    encoding_symbols: int = 65_536  # encoding symbol ids run from 0 to one less
    spare_frames: int = 400  # a set may hold K + this many different frames
    stream_sets: int = 4  # streams that grow side by side
    stream_idle_seconds: float = 10.0  # a set that no frame came for is forgotten
    stream_yields_seconds: float = 10.0  # or gives its place to a new one, where sets are kept for longer
    stream_drops: int = 3  # sets thrown away before "show one screen only"
    stream_frames_per_second: int = 12  # never the camera's own rate: 15 on 15 locks in phase

    # Pictures
    file_bytes: int = 48_000_000
    picture_pixels: int = 12_000_000
    picture_side_pixels: int = 20_000
    picture_frames: int = 600  # of one animated picture; the longest stream needs 137 and holds 537
    animation_pixels: int = 300_000_000  # all frames of one animated picture together
    fruitless_pictures: int = 20  # of one file; after so many without a code of ours only a quick look
    pdf_pages: int = 20
    codes_in_picture: int = 16

    # The worker process
    picture_seconds: float = 5.0  # from the request to one picture's texts
    file_seconds: float = 20.0  # the worker's time for all pictures of one file; 600 frames need less
    start_seconds: float = 30.0  # importing the decoders on a slow disk
    worker_spare_bytes: int = 230_000_000  # address space beyond what the libraries map


LIMITS = OpticsLimits()
