"""Outcomes that say no, and the problem documents (RFC 9457) that the edge makes of them."""

from typing import Any

import msgspec


class Refused(msgspec.Struct, frozen=True, tag="refused", omit_defaults=True):
    """A command's outcome that says no. It changed nothing.

    `code` is a member of the command's own enum of refusals, `detail` a sentence for people,
    `pointer` the JSON pointer of the part at fault.
    """

    code: str
    detail: str
    pointer: str = ""


class Problem(Exception):
    """Raised at the edge only; answered as `application/problem+json`."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.extra = extra


class Overloaded(Exception):
    """A queue is full; try again after `retry_after` seconds. Nothing was done."""

    retry_after = 1


class KeyReused(Exception):
    """The idempotency key was used before for another request."""


class Outdated(Exception):
    """What a batch decided on had changed when it came to write; it runs again."""


class Unavailable(Exception):
    """The database cannot be reached; whether the command took effect shows a retry."""
