"""Deadlines of returns."""

from fondaco import payments
from fondaco.aftercare.inspection import do_due_return
from fondaco.aftercare.model import DoDueReturn
from fondaco.aftercare.queries import due_returns, postpone_returns
from fondaco.kernel import Database, Refused, Sent, Sweep, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger

log = logger("aftercare")

_LIMIT = 1000


async def sweep_returns(database: Database) -> int:
    """Do what is due for returns now, up to a batch per bucket; how much was done."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        rows = await due_returns(database, bucket, now, _LIMIT)
        wishes = [
            Sent(
                DoDueReturn(rma=row["id"], state=row["state"]),
                "system",
                f"due {show('rma', row['id'])} {row['state']} {now.isoformat()}",
                now,
            )
            for row in rows
        ]
        answers = await run(database, do_due_return, wishes)
        broken = [
            (row["id"], answer)
            for row, answer in zip(rows, answers, strict=True)
            if isinstance(answer, Exception)
        ]
        for id_, error in broken:
            log.error("due work failed", rma=show("rma", id_), exc_info=error)
        until = now + payments.ASK_AGAIN
        await postpone_returns(database, bucket, now, until, [id_ for id_, _ in broken])
        count += sum(not isinstance(answer, Exception | Refused) for answer in answers)
    return count


def sweeps() -> list[Sweep]:
    """Due work of aftercare."""
    return [Sweep("aftercare.returns", sweep_returns)]
