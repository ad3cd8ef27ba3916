"""What the replay came to, read out of the ledger, stock, orders and payments tables."""

from collections.abc import Iterable
from typing import Final

import msgspec

from fondaco import stock
from fondaco.check import check_in
from fondaco.kernel import Database, load_sql

sql = load_sql("fondaco.replay")

_TOP: Final = 3


class TopSeller(msgspec.Struct, frozen=True):
    """A seller by Olist id, and what settlement brought in centavos."""

    seller: str
    net: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The trade in numbers; money in centavos.

    `captured` is `goods + freight + difference + unapplied`. `difference` is what was captured
    above (or, negative, below) goods and freight; `unapplied` what was captured for orders without
    items. Both are as captured; what is left of them at the end is in `difference_open` and
    `unapplied_open`. `settled_gross` is goods and freight of settled orders: what became of it
    is `commission` and `seller_net`. `violations` counts rows that break an invariant.

    `seconds` goes from reading the files to the last commit. A database server's own start and the
    check at the end are not in it. `breaks` are the rows left out, by file and line.
    """

    purchases: int
    orders: int
    lines: int
    captured: int
    goods: int
    freight: int
    difference: int
    unapplied: int
    refunded: int
    escrow_open: int
    settled_orders: int
    settled_gross: int
    commission: int
    seller_net: int
    units_on_hand: int
    units_reserved: int
    violations: int
    seconds: float
    purchases_per_second: float
    top_sellers: list[TopSeller]
    difference_open: int
    unapplied_open: int
    breaks: list[str]
    notices: list[str]


async def figures(
    database: Database, seconds: float, breaks: Iterable[object], notices: Iterable[str]
) -> Figures:
    """Everything as of one instant, every invariant included."""
    async with database.transaction(snapshot=True) as tx:
        traded = dict((await tx.fetch(sql.traded))[0])
        booked = dict((await tx.fetch(sql.booked))[0])
        top = [TopSeller(*row) for row in await tx.fetch(sql.top_sellers, limit=_TOP)]
        on_hand, reserved = await stock.totals(tx)
        broken = [rule for rule in await check_in(tx) if not rule.clean]
    remarks = [f"{rule.rows} rows break {rule.domain}.{rule.name}" for rule in broken]
    return Figures(
        **traded, **booked, units_on_hand=on_hand, units_reserved=reserved,
        violations=sum(rule.rows for rule in broken), seconds=round(seconds, 3),
        purchases_per_second=round(traded["purchases"] / seconds, 1), top_sellers=top,
        breaks=[str(one) for one in breaks], notices=[*notices, *remarks],
    )  # fmt: skip
