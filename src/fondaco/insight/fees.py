"""What the operator took of sellers and gave back, by month and rate of VAT: read in the journal.

Commission counts when it is posted, so when its order settles, and what is given back when that
is posted. Months are calendar months in the market's time zone.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from fondaco import markets
from fondaco.insight.queries import sql
from fondaco.kernel import Tx, as_json
from fondaco.kernel.patience import take_time

_EVERYBODY: Final = 0


class FeesOf(msgspec.Struct, frozen=True, order=True):
    """Whose fees: a seller's in a market, of the month of this first day."""

    seller: int
    market: int
    month: date


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken of a seller, or given back. Minor units, never below zero.

    `what` is commission on so many orders (`quantity`), or one charge of a kind, with its reason in
    `about`. What is given back tells the month in which it had been taken.
    """

    seller: int
    market: int
    month: date
    currency: str
    what: str
    about: str
    given_back: bool
    taken_in: date
    quantity: int
    vat_numerator: int
    vat_denominator: int
    net: int
    vat: int


def begins(month: date, zone: str = "UTC") -> datetime:
    """The instant, in UTC, at which a month begins in a time zone: its first midnight, of two."""
    return datetime(month.year, month.month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def month_after(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


async def fees_taken(tx: Tx, wanted: Iterable[FeesOf]) -> list[Fee]:
    """What was taken and given back, in the order of markets, sellers, months and currencies.

    Reads the journal of these months whole, once.
    """
    return await _taken(tx, sorted(set(wanted)))


async def fees_of_all(tx: Tx, market: int, month: date) -> list[Fee]:
    """What was taken of all sellers in a market in a month, and given back."""
    return await _taken(tx, [FeesOf(_EVERYBODY, market, month)], everybody=True)


async def _taken(tx: Tx, wishes: Sequence[FeesOf], everybody: bool = False) -> list[Fee]:
    if not wishes:
        return []
    await take_time(tx)
    known = await markets.markets(tx, [one.market for one in wishes])
    zones = {id_: market.time_zone for id_, market in known.items()}
    asked = [_row(one, zones.get(one.market, "UTC")) for one in wishes]
    rows = await tx.fetch(
        sql.fees_taken, wishes=as_json(asked), everybody=everybody,
        since=min(one["since"] for one in asked), until=max(one["until"] for one in asked),
    )  # fmt: skip
    return [Fee(**row) for row in rows]


def _row(one: FeesOf, zone: str) -> dict[str, Any]:
    since, until = begins(one.month, zone), begins(month_after(one.month), zone)
    return {
        "seller": one.seller, "market": one.market, "month": one.month, "zone": zone,
        "since": since, "until": until,
    }  # fmt: skip
