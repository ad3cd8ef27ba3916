"""Deadlines of returns and disputes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fondaco import payments
from fondaco.aftercare.dispute_model import DoDueDispute
from fondaco.aftercare.inspection import do_due_return
from fondaco.aftercare.model import DoDueReturn
from fondaco.aftercare.queries import sql
from fondaco.aftercare.rulings import do_due_dispute
from fondaco.kernel import Command, Database, Refused, Row, Sent, Statement, Sweep, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger

log = logger("aftercare")

_LIMIT = 1000


async def sweep_returns(database: Database) -> int:
    """Do what is due for returns now, up to a batch per bucket; how much was done."""

    def wish(row: Row) -> Command:
        return DoDueReturn(rma=row["id"], state=row["state"])

    return await _sweep(database, "rma", sql.due_returns, sql.postpone_returns, do_due_return, wish)


async def sweep_disputes(database: Database) -> int:
    """Do what is due for disputes now, up to a batch per bucket; how much was done."""

    def wish(row: Row) -> Command:
        return DoDueDispute(dispute=row["id"], state=row["state"])

    return await _sweep(
        database, "dsp", sql.due_disputes, sql.postpone_disputes, do_due_dispute, wish
    )


async def _sweep(
    database: Database, prefix: str, due: Statement, postpone: Statement, handler: Any,
    wish: Callable[[Row], Command],
) -> int:  # fmt: skip
    """Each deadline is a command of its own, so whoever else sweeps does it not twice."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        rows = await database.fetch(due, bucket=bucket, now=now, limit=_LIMIT)
        wishes = [Sent(wish(row), "system", _key(prefix, row, now), now) for row in rows]
        answers = await run(database, handler, wishes)
        broken = []
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, Exception):
                log.error("due work failed", key=_key(prefix, row, now), exc_info=answer)
                broken.append(row["id"])
        if broken:
            until = now + payments.ASK_AGAIN
            await database.fetch(postpone, bucket=bucket, ids=sorted(broken), now=now, until=until)
        count += sum(not isinstance(answer, Exception | Refused) for answer in answers)
    return count


def _key(prefix: str, row: Row, now: datetime) -> str:
    return f"due {show(prefix, row['id'])} {row['state']} {now.isoformat()}"


def sweeps() -> list[Sweep]:
    """Due work of aftercare."""
    return [
        Sweep("aftercare.returns", sweep_returns), Sweep("aftercare.disputes", sweep_disputes),
    ]  # fmt: skip
