"""Paying sellers whose turn has come, and giving turns to those who go by the policy."""

from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from fondaco.kernel import Database, Refused, Sent, Sweep, as_json, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger
from fondaco.payments.payout_model import TakeTurn
from fondaco.payments.payout_terms import next_turn
from fondaco.payments.payouts import take_turn
from fondaco.payments.queries import sql

log = logger("payments")

_LIMIT: Final = 500
_ENROL: Final = timedelta(hours=1)
"""How often sellers without a turn are looked for; the shortest turn is a day."""

_ENROLLED: WeakKeyDictionary[Database, datetime] = WeakKeyDictionary()


async def pay_turns(database: Database, rail: str = "") -> int:
    """Pay up to a batch of sellers a bucket whose turn has come; how many turns were taken.

    A turn is taken once, whoever else sweeps: it moves on in the payout's own transaction.
    """
    now = database.clock()
    if now - _ENROLLED.get(database, now - _ENROL) >= _ENROL:
        await enrol(database)
        _ENROLLED[database] = now
    count = 0
    for bucket in range(database.buckets):
        rows = await database.fetch(sql.due_payout_turns, bucket=bucket, now=now, limit=_LIMIT)
        wishes = [
            Sent(
                TakeTurn(
                    seller=row["seller"], currency=row["currency"], turn=row["next_at"], rail=rail
                ),
                "system", _key(row["seller"], row["currency"], row["next_at"]), now,
            )
            for row in rows
        ]  # fmt: skip
        answers = await run(database, take_turn, wishes)
        for wish, answer in zip(wishes, answers, strict=True):
            if isinstance(answer, Exception):
                log.error("payout turn failed", key=wish.key, exc_info=answer)
        count += sum(not isinstance(answer, Exception | Refused) for answer in answers)
    return count


async def enrol(database: Database) -> None:
    """Give a turn to every seller who is owed something, goes by the policy and has none."""
    now = database.clock()
    policies = await database.fetch(sql.payout_policies)
    rows = [
        {"currency": row["currency"], "next_at": turn}
        for row in policies
        if (turn := next_turn(row["every"], now)) is not None
    ]
    for bucket in range(database.buckets):
        await database.fetch(
            sql.enrol_payees, bucket=bucket, currencies=[row["currency"] for row in rows],
            rows=as_json(rows),
        )  # fmt: skip


def _key(seller: int, currency: str, turn: datetime) -> str:
    return f"payout turn {show('sel', seller)} {currency} {turn.isoformat()}"


def payout_turns(rail: str) -> Sweep:
    """What pays sellers by this rail when their turn has come."""
    return Sweep("payments.payout_turns", lambda database: pay_turns(database, rail))
