"""What providers say unasked: facts from webhooks, recorded once each under the event's id."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fondaco import payments
from fondaco.kernel import Gatherer, Sent
from fondaco.kernel.ids import BadId, parse
from fondaco.kernel.log import logger
from fondaco.orders.chargebacks import RecordChargeback, Stage, record_chargeback
from fondaco.orders.jobs import ON_PAYMENTS, payment_fact
from fondaco.orders.receive import record_payment
from fondaco.payments import Fact, FactKind

log = logger("webhooks")

_STAGES: Final = {
    FactKind.DISPUTE_OPENED: Stage.OPEN,
    FactKind.DISPUTE_WON: Stage.WON,
    FactKind.DISPUTE_LOST: Stage.LOST,
}


async def hear(gatherer: Gatherer, facts: Sequence[Fact]) -> int:
    """Record facts; how many were news. Raises Unavailable or Overloaded: then say them again.

    Most come after the answer to the request itself and are old news, found so by one look. A
    fact about what we never asked for is logged and left.
    """
    disputes = [fact for fact in facts if fact.kind in _STAGES]
    by_kind: dict[str, list[tuple[Fact, int]]] = {"pay": [], "ref": [], "out": []}
    for fact in facts:
        if fact.kind in _STAGES:
            continue
        kind = fact.key.partition("_")[0]
        try:
            by_kind[kind].append((fact, parse(kind, fact.key)))
        except (KeyError, BadId):
            log.warning("a fact about nothing of ours", event_id=fact.id)
    known = await payments.payments(gatherer.database, [id_ for _, id_ in by_kind["pay"]])
    open_ = {row["id"] for row in known if row["state"] in ("created", "voided")}
    failed = {row["id"] for row in known if row["state"] == "failed"}
    count = await _recorded(
        gatherer,
        record_payment,
        [
            payment_fact(fact, id_)
            for fact, id_ in by_kind["pay"]
            if (id_ in open_ and fact.kind in ON_PAYMENTS)
            or (id_ in failed and fact.kind is FactKind.CAPTURED)
        ],
    )
    count += await _recorded(gatherer, record_chargeback, list(_chargebacks(disputes)))
    count += await _recorded(
        gatherer,
        payments.record_refund,
        [payments.refund_fact(fact, id_) for fact, id_ in by_kind["ref"]],
    )
    return count + await _recorded(
        gatherer,
        payments.record_payout,
        [payments.payout_fact(fact, id_) for fact, id_ in by_kind["out"]],
    )


def _chargebacks(facts: Sequence[Fact]) -> Iterator[Sent[RecordChargeback]]:
    """A provider's word on disputes, each as a command under its event's id."""
    for fact in facts:
        try:
            payment = parse("pay", fact.key)
        except BadId:
            log.warning("a dispute about nothing of ours", event_id=fact.id)
            continue
        wish = RecordChargeback(
            payment=payment, reference=fact.reference, stage=_STAGES[fact.kind],
            amount=fact.amount, currency=fact.currency, fee=fact.fee, reason=fact.reason[:200],
            evidence_due_at=fact.respond_by,
        )  # fmt: skip
        yield Sent(wish, "provider", fact.id)


async def _recorded(gatherer: Gatherer, handler: Any, facts: Sequence[Sent[Any]]) -> int:
    for answer in await gatherer.submit_all(handler, facts):
        if isinstance(answer, Exception):
            raise answer
    return len(facts)
