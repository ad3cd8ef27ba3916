"""Structured logs: readable lines on a terminal, JSON for machines. Secrets never enter."""

import logging
import sys
from typing import Any

import structlog

_SECRET = ("authorization", "secret", "token", "password", "api_key")


def configure(level: str = "info", form: str = "console") -> None:
    """Set up logging once per process; `form` is `console` or `json`."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if not any(isinstance(one, _Libraries) for one in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))


class _Libraries(logging.Handler):
    """What libraries warn of, a line each: the driver gives a traceback for every connection that
    it could not restore, and says so again until the database is back.
    """

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        more = {"cause": f"{type(cause).__name__}: {cause}"} if cause else {}
        logger(record.name).log(record.levelno, record.getMessage(), **more)


def _hide_secrets(_: Any, __: str, event: Any) -> Any:
    for name in event:
        if any(secret in name.lower() for secret in _SECRET):
            event[name] = "(hidden)"
    return event


def logger(name: str) -> Any:
    """A logger that says which part of the house speaks."""
    return structlog.get_logger(part=name)
