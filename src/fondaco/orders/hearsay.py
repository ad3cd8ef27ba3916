"""What providers say unasked: facts from webhooks, recorded once each under the event's id."""

from collections.abc import Sequence
from typing import Any

from fondaco import payments
from fondaco.kernel import Gatherer, Sent
from fondaco.kernel.ids import BadId, parse
from fondaco.kernel.log import logger
from fondaco.orders.jobs import payment_fact
from fondaco.orders.receive import record_payment
from fondaco.payments import Fact

log = logger("webhooks")


async def hear(gatherer: Gatherer, facts: Sequence[Fact]) -> int:
    """Record facts; how many were news. Raises Unavailable or Overloaded: then say them again.

    Most come after the answer to the request itself and are old news, found so by one look. A
    fact about what we never asked for is logged and left.
    """
    by_kind: dict[str, list[tuple[Fact, int]]] = {"pay": [], "ref": [], "out": []}
    for fact in facts:
        kind = fact.key.partition("_")[0]
        try:
            by_kind[kind].append((fact, parse(kind, fact.key)))
        except (KeyError, BadId):
            log.warning("a fact about nothing of ours", event_id=fact.id)
    known = await payments.payments(gatherer.database, [id_ for _, id_ in by_kind["pay"]])
    open_ = {row["id"] for row in known if row["state"] in ("created", "voided")}
    count = await _recorded(
        gatherer,
        record_payment,
        [payment_fact(fact, id_) for fact, id_ in by_kind["pay"] if id_ in open_],
    )
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


async def _recorded(gatherer: Gatherer, handler: Any, facts: Sequence[Sent[Any]]) -> int:
    for answer in await gatherer.submit_all(handler, facts):
        if isinstance(answer, Exception):
            raise answer
    return len(facts)
