"""What a program says of an error that nobody expected: its kind and its places, and never its words.

Python's own tracebacks end with the error's text, and that may quote a name or a date. They go to standard
error, and from a window that is started from a menu into the system's journal, where they would stay.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_MOST_PLACES = 12


def keep_values_out() -> None:
    """Let errors that reach Python's own hooks be said without their words; hooks of others are left alone.

    Errors of the main thread, of Qt's slots, of other threads, of finalizers, and of logging itself.
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _of_program
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _of_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _of_finalizer
    logging.raiseExceptions = False
    if isinstance(logging.lastResort, logging.StreamHandler):
        logging.lastResort = _Kinds(logging.WARNING)  # what libraries log and nobody listens to


def line_of(error: BaseException) -> str:
    """Return one line: the error's kind and where it came through, the innermost place first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames][:_MOST_PLACES]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    behind = f"; behind {type(before).__name__}" if before is not None else ""
    return f"fault: {type(error).__name__} at {' < '.join(places) or '?'}{behind}"


class _Kinds(logging.Handler):
    """Says who logged how badly and of what kind of error: a message may quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _write(f"{record.name}: {record.levelname.lower()}" + (f", {line_of(error)}" if error else ""))


def _of_program(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _say(error)


def _of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        _say(arguments.exc_value)


def _of_finalizer(arguments: sys.UnraisableHookArgs) -> None:
    if arguments.exc_value is not None:
        _say(arguments.exc_value)


def _say(error: BaseException) -> None:
    _write(line_of(error))


def _write(line: str) -> None:
    # Nowhere to say it is no reason for another error: a window has no standard error on some systems.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
