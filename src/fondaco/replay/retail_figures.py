"""What the replay came to, read out of the ledger, stock and orders tables."""

import msgspec

from fondaco.check import check_in
from fondaco.kernel import Database, load_sql
from fondaco.replay.retail_model import RetailData

sql = load_sql("fondaco.replay")


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The trade in numbers; money in pence.

    Every row of the files is sold, taken back or reported: `rows` is `lines`,
    `cancellations_matched` and all of `reported`. `cancellations` are the matched and the
    unmatched ones, and the unmatched are among `reported`.

    `goods` is with VAT; `units` are those that left the stock. `vat` and `refunded_vat` are the
    VAT taken and given back, `commission` and `seller_net` what is left after refunds:
    `captured - refunded` is `vat - refunded_vat`, `commission` and `seller_net`. `violations`
    counts rows that break an invariant.

    `seconds` goes from reading the files to the last commit. A database server's own start and the
    check at the end are not in it. `breaks` are the rows reported, by file and line.
    """

    rows: int
    purchases: int
    orders: int
    lines: int
    units: int
    captured: int
    goods: int
    vat: int
    refunded: int
    refunded_vat: int
    cancellations: int
    cancellations_matched: int
    cancellations_unmatched: int
    reported: dict[str, int]
    commission: int
    seller_net: int
    escrow_open: int
    violations: int
    seconds: float
    purchases_per_second: float
    breaks: list[str]
    notices: list[str]


async def figures(database: Database, data: RetailData, seconds: float) -> Figures:
    """Everything as of one instant, every invariant included; classes of rows as they were read."""
    async with database.transaction(snapshot=True) as tx:
        sold = dict((await tx.fetch(sql.sold))[0])
        shared = dict((await tx.fetch(sql.shared))[0])
        broken = [rule for rule in await check_in(tx) if not rule.clean]
    return Figures(
        **sold, **shared, rows=data.rows, cancellations=data.cancellations,
        cancellations_matched=data.matched,
        cancellations_unmatched=data.cancellations - data.matched,
        reported={reason.value: count for reason, count in data.reported.items()},
        violations=sum(rule.rows for rule in broken), seconds=round(seconds, 3),
        purchases_per_second=round(sold["purchases"] / seconds, 1),
        breaks=[str(one) for one in data.breaks],
        notices=[f"{rule.rows} rows break {rule.domain}.{rule.name}" for rule in broken],
    )  # fmt: skip
