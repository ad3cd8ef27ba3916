"""Due work of orders, and collecting what providers owe an answer for."""

from collections.abc import Sequence
from typing import Any, Final

from fondaco import payments
from fondaco.kernel import Database, Refused, Row, Sent, Sweep, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger
from fondaco.orders.actions import (
    DoDue,
    RecordScan,
)
from fondaco.orders.aftersale import do_due
from fondaco.orders.fulfil import record_scan
from fondaco.orders.model import (
    Paid,
    RecordPayment,
)
from fondaco.orders.queries import due, expired_of, postpone
from fondaco.orders.receive import record_payment
from fondaco.payments import Fact, FactKind
from fondaco.shipping import Scan, claim_silent

log = logger("orders")

_SAID: Final = {
    FactKind.CAPTURED: Paid.CAPTURED,
    FactKind.DECLINED: Paid.FAILED,
    FactKind.VOIDED: Paid.VOIDED,
}
ON_PAYMENTS: Final = frozenset(_SAID)
"""The kinds of facts that `payment_fact` takes."""

NEVER_SENT: Final = "never sent"
"""Why an attempt is void that its provider had not heard of. A call that was under way all the
same may yet arrive: what it brings in pays the purchase, or goes back."""

_LIMIT = 1000


def payment_fact(fact: Fact, payment: int) -> Sent[RecordPayment]:
    """A provider's word on an attempt to charge, as a command under the event's id.

    It counts from when we hear of it: deadlines must not follow a clock that is not ours, nor
    run while the news was on its way.
    """
    wish = RecordPayment(
        payment=payment, result=_SAID[fact.kind],
        amount=fact.amount, currency=fact.currency, fee=fact.fee, reason=fact.reason,
    )  # fmt: skip
    return Sent(wish, "provider", fact.id)


async def sweep_due(database: Database) -> int:
    """Do what is due now, up to a batch per bucket; how much was done.

    Each deadline of each order is a command of its own, so whoever else sweeps does it not twice.
    """
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        rows = await due(database, bucket, now, _LIMIT)
        wishes = [
            Sent(
                DoDue(order=row["id"], state=row["state"]),
                "system",
                f"due {show('ord', row['id'])} {row['state']} {now.isoformat()}",
                now,
            )
            for row in rows
        ]
        answers = await _do(database, do_due, wishes)
        broken = [
            row["id"]
            for row, answer in zip(rows, answers, strict=True)
            if isinstance(answer, Exception)
        ]
        await postpone(database, bucket, now, now + payments.ASK_AGAIN, broken)
        count += _done(answers)
    return count


async def _do(database: Database, handler: Any, wishes: Sequence[Sent[Any]]) -> list[Any]:
    """Run due commands and log those that break; what came of each."""
    answers = await run(database, handler, wishes)
    for wish, answer in zip(wishes, answers, strict=True):
        if isinstance(answer, Exception):
            log.error("due work failed", key=wish.key, exc_info=answer)
    return answers


def _done(answers: Sequence[Any]) -> int:
    """How many were done. One that breaks must not count: the round would follow on itself
    without a pause.
    """
    return sum(not isinstance(answer, Exception | Refused) for answer in answers)


async def collect(database: Database, providers: payments.Providers, rows: Sequence[Row]) -> None:
    """Ask providers what became of payments, and record what they say.

    What a provider has never heard of is void: our call never reached it. What still waits for
    its buyer when the purchase has expired is ended, so that nobody pays for nothing.
    """
    for name in sorted({row["provider"] for row in rows}):
        if (provider := providers.get(name)) is None:
            continue
        mine = [r for r in rows if r["provider"] == name and r["state"] == "created"]
        try:
            found = await provider.look_up([show("pay", row["id"]) for row in mine])
        except payments.NoAnswer as error:  # the others are asked all the same, this one later
            log.warning("no answer", provider=name, payments=len(mine), error=str(error))
            continue
        late = await _too_late(database, mine, found)
        ended = iter(await provider.void([show("pay", id_) for id_ in late]) if late else ())
        facts = []
        for row, said in zip(mine, found, strict=True):
            fact = next(ended) if row["id"] in late else said
            if isinstance(fact, Fact):
                facts.append(payment_fact(fact, row["id"]))
            elif fact is None:
                void = RecordPayment(payment=row["id"], result=Paid.VOIDED, reason=NEVER_SENT)
                facts.append(Sent(void, "system", f"void {show('pay', row['id'])}"))
        await run(database, record_payment, facts)


async def _too_late(
    database: Database, rows: Sequence[Row], found: Sequence[Fact | payments.Unknown | None]
) -> list[int]:
    """Payments that still may be made though their purchase has expired."""
    open_ = [
        row for row, said in zip(rows, found, strict=True) if isinstance(said, payments.Unknown)
    ]
    expired = await expired_of(database, [row["purchase"] for row in open_], database.clock())
    return [row["id"] for row in open_ if row["purchase"] in expired]


async def sweep_silent(database: Database) -> int:
    """Parcels that nobody has scanned in time become exceptions."""
    count = 0
    for bucket in range(database.buckets):
        now = database.clock()
        ids = await claim_silent(database, bucket, now, _LIMIT)
        wishes = [
            Sent(
                RecordScan(parcel=id_, kind=Scan.EXCEPTION, place="not scanned in time"),
                "system",
                f"silent {show('par', id_)}",
                now,
            )
            for id_ in ids
        ]
        count += _done(await _do(database, record_scan, wishes))
    return count


def sweeps(providers: payments.Providers) -> list[Sweep]:
    """Due work of orders and overdue answers on payments."""

    async def overdue(database: Database) -> int:
        count = 0
        for bucket in range(database.buckets):
            now = database.clock()
            ids = await payments.claim_due(database, "payments", bucket, now, _LIMIT)
            await collect(database, providers, await payments.payments(database, ids))
            count += len(ids)
        return count

    return [
        Sweep("orders.due", sweep_due),
        Sweep("orders.payments", overdue),
        Sweep("orders.parcels", sweep_silent),
    ]
