"""One field of a file: from text to a checked value, or a reason that a person can act on."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from fondaco.kernel.money import MAX_AMOUNT

MAX_TEXT: Final = 90
"""Longest identifier or name taken from a file: two of them fit into an idempotency key."""
_YEARS: Final = range(1970, 2200)
_MONEY: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2})0*)?", re.ASCII)
_WHOLE: Final = re.compile(r"([0-9]{1,9})(?:\.0+)?", re.ASCII)
_UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"


class BadField(ValueError):
    """The row cannot be used; the message says which field and why."""


def text(name: str, value: str) -> str:
    """An identifier or a name. Raises BadField if empty, overlong or not plain text.

    Control characters are refused here because PostgreSQL would refuse the whole batch for them.
    """
    if value.isalnum() and len(value) <= MAX_TEXT:  # nearly all of them
        return value
    value = value.strip()
    if not value:
        raise BadField(f"{name} is missing")
    if len(value) > MAX_TEXT:
        raise BadField(f"{name} is longer than {MAX_TEXT} characters")
    if not value.isprintable() or _UNREADABLE in value:
        raise BadField(f"{name} {_quoted(value)} is not plain UTF-8 text")
    return value


@lru_cache(maxsize=1 << 14)
def cents(name: str, value: str) -> int:
    """Hundredths of the currency, exactly: `"12.3"` is 1230. Never passes through a float.

    Raises BadField if missing, unreadable, not finite, negative, too large, or finer than a
    hundredth (zeros beyond the second decimal are harmless).
    """
    match = _MONEY.fullmatch(value)
    if match is not None:
        amount = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
        if amount <= MAX_AMOUNT:
            return amount
    return _odd_cents(name, value.strip())


def _odd_cents(name: str, value: str) -> int:
    if not value:
        raise BadField(f"{name} is missing")
    try:
        # Decimal also takes `1_000`, which no spreadsheet means
        exact = Decimal("x" if "_" in value else value)
    except InvalidOperation:
        raise BadField(f"{name} {_quoted(value)} is not an amount") from None
    if not exact.is_finite():
        raise BadField(f"{name} {_quoted(value)} is not a finite amount")
    if exact < 0:
        raise BadField(f"{name} {_quoted(value)} is negative")
    if exact > Decimal(MAX_AMOUNT).scaleb(-2):
        raise BadField(f"{name} {_quoted(value)} is too large")
    # compared, not rounded: Decimal arithmetic rounds to its context, comparison never does
    if exact != round(exact, 2):
        raise BadField(f"{name} {_quoted(value)} has more than two decimals")
    return int(round(exact, 2).scaleb(2))


@lru_cache(maxsize=1 << 10)
def whole(name: str, value: str, least: int) -> int:
    """A small whole number, e.g. a position. Raises BadField if missing, unreadable or too low."""
    match = _WHOLE.fullmatch(value.strip())
    if match is None:
        problem = f"{_quoted(value)} is not a whole number" if value.strip() else "is missing"
        raise BadField(f"{name} {problem}")
    if int(match[1]) < least:
        raise BadField(f"{name} {_quoted(value)} is below {least}")
    return int(match[1])


def moment(name: str, value: str) -> datetime | None:
    """A point in time in UTC, or None if the field is empty. A time without a zone is UTC.

    Raises BadField if there is a value that cannot be read as a date and time.
    """
    if not value:
        return None
    try:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            parsed = datetime.combine(parsed, parsed.time(), UTC)  # five times as fast as replace
        else:
            parsed = parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadField(f"{name} {_quoted(value)} is not a date and time") from None
    if parsed.year not in _YEARS:
        raise BadField(f"{name} {_quoted(value)} is not in the years 1970 to 2199")
    return parsed


def _quoted(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:40] + "…")
