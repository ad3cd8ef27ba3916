"""Sending refunds and payouts to providers, and recording what they answer.

Nothing is sent before its row has committed, and it is sent under the row's id, so sending it
twice does it once.
"""

from collections.abc import Mapping, Sequence

from fondaco.kernel import Database, Event, Sent, Subscriber, Sweep, run
from fondaco.kernel.ids import show
from fondaco.payments.account_jobs import SWEEPS
from fondaco.payments.model import PayoutFact, RefundFact
from fondaco.payments.payout_jobs import payout_turns
from fondaco.payments.payouts import record_payout
from fondaco.payments.providers.base import Fact, FactKind, Provider, Return, Transfer, Unknown
from fondaco.payments.queries import ask_to_send, claim_due, refunds
from fondaco.payments.refunds import record_refund

Providers = Mapping[str, Provider]
_LIMIT = 500


def refund_fact(fact: Fact, refund: int) -> Sent[RefundFact]:
    """A provider's word on a refund, as a command under the event's id."""
    done = fact.kind == FactKind.REFUNDED
    wish = RefundFact(
        refund=refund, succeeded=done, amount=fact.amount, currency=fact.currency,
        reason=fact.reason,
    )  # fmt: skip
    return Sent(wish, "provider", fact.id)


def payout_fact(fact: Fact, payout: int) -> Sent[PayoutFact]:
    """A provider's word on a payout, as a command under the event's id."""
    paid = fact.kind == FactKind.PAID_OUT
    wish = PayoutFact(
        payout=payout, paid=paid, amount=fact.amount, currency=fact.currency, reason=fact.reason
    )
    return Sent(wish, "provider", fact.id)


async def send_refunds(database: Database, providers: Providers, ids: Sequence[int]) -> None:
    """Send refunds that are still wanted to their providers, and record the answers."""
    rows = [r for r in await refunds(database, ids) if r["state"] == "requested"]
    for name in sorted({row["provider"] for row in rows}):
        if (provider := providers.get(name)) is None:
            continue
        mine = [row for row in rows if row["provider"] == name]
        answers = await provider.refund(
            [
                Return(show("ref", r["id"]), show("pay", r["payment"]), r["amount"], r["currency"])
                for r in mine
            ]
        )
        facts = [
            refund_fact(answer, row["id"])
            for row, answer in zip(mine, answers, strict=True)
            if not isinstance(answer, Unknown)
        ]
        await run(database, record_refund, facts)


async def send_payouts(
    database: Database, providers: Providers, payer: str, ids: Sequence[int]
) -> None:
    """Send payouts that are still wanted, and record the answers.

    `payer` sends those that nobody was asked to send. Who was asked once is asked again, whoever
    is the payer now: another might send them twice.
    """
    rows = await ask_to_send(database, payer, ids)
    for name in sorted({row["provider"] for row in rows}):
        if (provider := providers.get(name)) is None:
            continue
        mine = [row for row in rows if row["provider"] == name]
        answers = await provider.pay_out(
            [Transfer(show("out", r["id"]), r["account"], r["amount"], r["currency"]) for r in mine]
        )
        facts = [
            payout_fact(answer, row["id"])
            for row, answer in zip(mine, answers, strict=True)
            if not isinstance(answer, Unknown)
        ]
        await run(database, record_payout, facts)


def subscribers(providers: Providers, payer: str) -> list[Subscriber]:
    """Who sends refunds and payouts as soon as they are asked for."""

    async def on_refunds(database: Database, events: Sequence[Event]) -> None:
        await send_refunds(database, providers, [e.payload["refund"] for e in events])

    async def on_payouts(database: Database, events: Sequence[Event]) -> None:
        await send_payouts(database, providers, payer, [e.payload["payout"] for e in events])

    return [
        Subscriber("payments.refunds", ("refund.requested",), on_refunds),
        Subscriber("payments.payouts", ("payout.requested",), on_payouts),
    ]


def sweeps(providers: Providers, payer: str) -> list[Sweep]:
    """What asks again where an answer is missing, and the due work of sellers' accounts."""

    async def overdue_refunds(database: Database) -> int:
        count = 0
        for bucket in range(database.buckets):
            ids = await claim_due(database, "refunds", bucket, database.clock(), _LIMIT)
            await send_refunds(database, providers, ids)
            count += len(ids)
        return count

    async def overdue_payouts(database: Database) -> int:
        count = 0
        for bucket in range(database.buckets):
            ids = await claim_due(database, "payouts", bucket, database.clock(), _LIMIT)
            await send_payouts(database, providers, payer, ids)
            count += len(ids)
        return count

    return [
        Sweep("payments.refunds", overdue_refunds),
        Sweep("payments.payouts", overdue_payouts),
        *SWEEPS,
        payout_turns(payer),
    ]
