"""Due work of sellers' accounts: periods to charge, reserves to release, debts that draw on bonds.

Each piece is a command that looks again under its locks, so whoever else sweeps does it not twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fondaco.kernel import Database, Refused, Row, Sent, Sweep, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger
from fondaco.payments.account_model import ChargePeriod, DrawBond, ReleaseReserve
from fondaco.payments.account_queries import open_debts
from fondaco.payments.bonds import draw_bond
from fondaco.payments.charges import charge_period
from fondaco.payments.debts import release_reserve
from fondaco.payments.queries import sql

log = logger("payments")

_LIMIT: Final = 500
_LOOK_AGAIN: Final = timedelta(hours=1)
"""How often the age of a debt is looked at; it is a matter of days."""


async def charge_due(database: Database) -> int:
    """Charge subscriptions' periods that have begun, one each; how many were charged."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        rows = await database.fetch(sql.due_subscriptions, bucket=bucket, now=now, limit=_LIMIT)
        wishes = [
            _sent(
                ChargePeriod(subscription=row["id"], period=row["charged"]), row["id"], now,
                str(row["charged"]),
            )
            for row in rows
        ]  # fmt: skip
        count += await _do(database, charge_period, wishes)
    return count


async def release_due(database: Database) -> int:
    """Release what was kept back until a day that has come; how many tranches it was."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        rows = await database.fetch(sql.due_tranches, bucket=bucket, today=now.date(), limit=_LIMIT)
        wishes = [
            _sent(
                ReleaseReserve(
                    seller=row["seller"], currency=row["currency"], release_on=row["release_on"]
                ),
                row["seller"], now, f"{row['currency']} {row['release_on']}",
            )
            for row in rows
        ]  # fmt: skip
        count += await _do(database, release_reserve, wishes)
    return count


async def draw_due(database: Database) -> int:
    """Meet debts that are too old out of their sellers' bonds; how many bonds were drawn on."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        bonds = await database.fetch(sql.due_bonds, bucket=bucket, now=now, limit=_LIMIT)
        sellers = [row["seller"] for row in bonds]
        if sellers:
            await database.fetch(
                sql.postpone_bonds, bucket=bucket, until=now + _LOOK_AGAIN, sellers=sellers
            )
        debts = await open_debts(database, bucket, sellers)
        wishes = []
        for bond in bonds:
            if amount := min(_overdue(bond, debts, now), bond["held"]):
                wish = DrawBond(
                    seller=bond["seller"], currency=bond["currency"], amount=amount,
                    reason="overdue debt",
                )  # fmt: skip
                wishes.append(_sent(wish, bond["seller"], now, bond["currency"]))
        count += await _do(database, draw_bond, wishes)
    return count


def _overdue(bond: Row, debts: Sequence[Row], now: datetime) -> int:
    """What of a bond's seller's debt is older than its terms allow."""
    since = now - bond["draw_after"]
    whose = (bond["seller"], bond["currency"])
    return sum(
        debt["open"]
        for debt in debts
        if (debt["seller"], debt["currency"]) == whose and debt["at"] <= since
    )


def _sent(wish: Any, root: int, now: datetime, more: str) -> Sent[Any]:
    key = f"{type(wish).__name__} {show('due', root)} {more} {now.isoformat()}"
    return Sent(wish, "system", key, now)


async def _do(database: Database, handler: Any, wishes: Sequence[Sent[Any]]) -> int:
    """Run due commands; how many were done. What breaks stays due, and must not count as done."""
    answers = await run(database, handler, wishes)
    for wish, answer in zip(wishes, answers, strict=True):
        if isinstance(answer, Exception):
            log.error("due work failed", key=wish.key, exc_info=answer)
    return sum(not isinstance(answer, Exception | Refused) for answer in answers)


SWEEPS: Final = (
    Sweep("payments.subscriptions", charge_due),
    Sweep("payments.reserves", release_due),
    Sweep("payments.bonds", draw_due),
)
