"""Logs as lines of JSON: what was asked for by its route, what came of it, how long it took. No values."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Write every event as one JSON object on standard error; uvicorn's own lines as well."""
    processors: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=processors,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False
    server = logging.getLogger("uvicorn.error")
    server.handlers = [_Lines()]
    server.propagate = False
    server.setLevel(logging.WARNING)


class _Lines(logging.Handler):
    """uvicorn's warnings, by kind alone: its tracebacks and messages may quote what was sent."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger("counterproof.service").warning("server", level=record.levelname, kind=kind)
