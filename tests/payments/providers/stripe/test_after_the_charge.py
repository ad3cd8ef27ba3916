"""Disputes, refunds, transfers and the report of a day, as Stripe documents them."""

from datetime import UTC, date, datetime
from typing import Any

from fondaco.payments.providers import (
    Fact,
    FactKind,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.stripe import Stripe
from tests.payments.providers.stripe.conftest import Shapes
from tests.payments.providers.stripe.shapes import AT, WHEN, error, event, found, intent, listed

FIND = "GET /v1/payment_intents/search"


async def test_disputes_are_told_with_charge_amount_fee_and_deadline(
    scripted: Stripe, shapes: Shapes
) -> None:
    shapes.answers["GET /v1/payment_intents/pi_1"] = [(200, intent())]
    dispute = {
        "id": "dp_1", "object": "dispute", "amount": 900, "currency": "eur", "charge": "ch_1",
        "payment_intent": "pi_1", "reason": "fraudulent", "status": "needs_response",
        "created": AT, "evidence_details": {"due_by": AT + 86_400},
        "balance_transactions": [{"amount": -900, "fee": 2000, "currency": "eur"}],
    }  # fmt: skip
    [opened] = await scripted.webhook(*event("charge.dispute.created", dispute))
    assert opened == Fact(
        "dp_1:dispute_opened", FactKind.DISPUTE_OPENED, "pay_1", 9_00, "EUR", 20_00,
        "fraudulent", WHEN, "dp_1", datetime(2026, 1, 6, 12, tzinfo=UTC),
    )  # fmt: skip
    for status, kind in (("won", FactKind.DISPUTE_WON), ("lost", FactKind.DISPUTE_LOST)):
        [closed] = await scripted.webhook(
            *event("charge.dispute.closed", dispute | {"status": status})
        )
        assert (closed.kind, closed.reference, closed.fee) == (kind, "dp_1", 0)
    inquiry = dispute | {"status": "warning_needs_response"}
    assert await scripted.webhook(*event("charge.dispute.created", inquiry)) == []


async def test_a_refund_that_is_under_way_is_told_later(scripted: Stripe, shapes: Shapes) -> None:
    refund = {
        "id": "re_1", "object": "refund", "amount": 100, "currency": "eur", "status": "pending",
        "created": AT, "metadata": {"fondaco_key": "ref_1"},
    }  # fmt: skip
    shapes.answers |= {FIND: [(200, found(intent()))], "POST /v1/refunds": [(200, refund)]}
    back = Return("ref_1", "pay_1", 1_00, "EUR")
    assert await scripted.refund([back]) == [Unknown("ref_1", "the refund is pending")]
    failed = refund | {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    [fact] = await scripted.webhook(*event("refund.failed", failed))
    assert (fact.kind, fact.reason) == (FactKind.REFUND_FAILED, "expired_or_canceled_card")
    shapes.answers |= {
        "GET /v1/payment_intents/pi_1": [(200, intent())],
        "POST /v1/refunds": [(400, error("invalid_request_error", "charge_already_refunded"))],
    }
    [refused] = await scripted.refund([back])
    assert isinstance(refused, Fact)
    assert (refused.kind, refused.reason) == (FactKind.REFUND_FAILED, "charge_already_refunded")


async def test_where_stripe_repeats_its_failure_what_was_made_counts(
    scripted: Stripe, shapes: Shapes
) -> None:
    refund = {
        "id": "re_1", "object": "refund", "amount": 100, "currency": "eur", "status": "succeeded",
        "created": AT, "metadata": {"fondaco_key": "ref_1"},
    }  # fmt: skip
    transfer = {
        "id": "tr_1", "object": "transfer", "amount": 5000, "currency": "eur", "created": AT,
        "metadata": {"fondaco_key": "out_1"},
    }  # fmt: skip
    shapes.answers |= {
        FIND: [(200, found(intent()))],
        "POST /v1/refunds": [(500, error("api_error"))],
        "GET /v1/refunds": [(200, listed(refund))],
        "POST /v1/transfers": [(500, error("api_error"))],
        "GET /v1/transfers": [(200, listed()), (200, listed(transfer))],
    }
    [back] = await scripted.refund([Return("ref_1", "pay_1", 1_00, "EUR")])
    assert isinstance(back, Fact)
    assert back.kind == FactKind.REFUNDED
    wish = Transfer("out_1", "acct_1", 50_00, "EUR")
    assert isinstance((await scripted.pay_out([wish]))[0], Unknown)
    [paid] = await scripted.pay_out([wish])
    assert isinstance(paid, Fact)
    assert (paid.kind, paid.amount) == (FactKind.PAID_OUT, 50_00)


async def test_payouts_go_to_connected_accounts_or_fail_for_good(
    scripted: Stripe, shapes: Shapes
) -> None:
    transfer = {
        "id": "tr_1", "object": "transfer", "amount": 5000, "currency": "eur", "created": AT,
        "metadata": {"fondaco_key": "out_1"}, "destination": "acct_1",
    }  # fmt: skip
    shapes.answers["POST /v1/transfers"] = [
        (200, transfer),
        (400, error("invalid_request_error", "balance_insufficient")),
    ]
    wish = Transfer("out_1", "acct_1", 50_00, "EUR")
    [paid] = await scripted.pay_out([wish])
    assert paid == Fact("tr_1:paid_out", FactKind.PAID_OUT, "out_1", 50_00, "EUR", 0, "", WHEN)
    _, asked, key = shapes.asked[0]
    assert (asked["destination"], asked["amount"], key) == (["acct_1"], ["5000"], "out_1")
    [broke] = await scripted.pay_out([wish])
    assert isinstance(broke, Fact)
    assert (broke.kind, broke.reason) == (FactKind.PAYOUT_FAILED, "balance_insufficient")
    [part] = await scripted.pay_out([Transfer("out_2", "acct_1", 150, "HUF")])
    assert isinstance(part, Fact)
    assert part.kind == FactKind.PAYOUT_FAILED, "Stripe pays HUF out in whole units"


async def test_the_day_is_reported_oldest_first_with_our_keys(
    scripted: Stripe, shapes: Shapes
) -> None:
    def line(name: str, kind: str, amount: int, fee: int, source: Any) -> dict[str, Any]:
        return {
            "id": name, "object": "balance_transaction", "type": kind, "amount": amount,
            "fee": fee, "currency": "eur", "created": AT, "source": source,
        }  # fmt: skip

    charge = {"id": "ch_1", "object": "charge", "metadata": {"fondaco_key": "pay_1"}}
    shapes.answers["GET /v1/balance_transactions"] = [
        (
            200,
            listed(
                line("txn_3", "payout", -900, 0, "po_1"),
                line("txn_1", "charge", 1000, 54, charge),
            ),
        )
    ]
    assert await scripted.report(date(2026, 1, 5)) == [
        ReportLine("pay_1", "charge", 10_00, 54, "EUR", WHEN, "ch_1"),
        ReportLine("", "payout", -9_00, 0, "EUR", WHEN, "po_1"),
    ]
    _, asked, _ = shapes.asked[0]
    assert int(asked["created[lt]"][0]) - int(asked["created[gte]"][0]) == 86_400
