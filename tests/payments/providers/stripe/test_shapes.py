"""Stripe in the shapes that its API documents: disputes, transfers, fees, errors, reports."""

from typing import Any

import pytest

from fondaco.payments.providers import (
    Action,
    BadWebhook,
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    Unknown,
)
from fondaco.payments.providers.stripe import Stripe
from fondaco.payments.providers.stripe.amounts import from_stripe, to_stripe
from tests.payments.providers.stripe.conftest import KEY, SECRET, Shapes
from tests.payments.providers.stripe.shapes import WHEN, error, event, intent

CHARGE = Charge("pay_1", 10_00, "EUR", "pm_1", "pur_1")
CREATE, FIND = "POST /v1/payment_intents", "GET /v1/payment_intents/search"


async def test_the_fee_is_told_where_it_is_in_the_same_currency(
    scripted: Stripe, shapes: Shapes
) -> None:
    abroad = intent(id="pi_2")
    abroad["latest_charge"]["balance_transaction"]["currency"] = "usd"
    shapes.answers[CREATE] = [(200, intent()), (200, abroad)]
    [fact] = await scripted.charge([CHARGE])
    assert fact == Fact("pi_1:captured", FactKind.CAPTURED, "pay_1", 10_00, "EUR", 54, "", WHEN)
    [other] = await scripted.charge([CHARGE])
    assert isinstance(other, Fact)
    assert other.fee == 0
    _, asked, key = shapes.asked[0]
    assert key == "pay_1"
    assert asked["metadata[fondaco_key]"] == ["pay_1"]
    assert (asked["amount"], asked["currency"], asked["confirm"]) == (["1000"], ["eur"], ["true"])
    assert asked["capture_method"] == ["automatic"]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, error("api_error"), "APIError 500"),
        (409, error("api_error", "lock_timeout"), "APIError 409"),
        (429, error("invalid_request_error", "rate_limit"), "RateLimitError 429"),
        (401, error("invalid_request_error"), "AuthenticationError 401"),
    ],
)
async def test_what_is_not_definite_is_unknown_and_tells_no_secret(
    scripted: Stripe, shapes: Shapes, status: int, body: Any, reason: str
) -> None:
    shapes.answers |= {CREATE: [(status, body)], FIND: [(status, body)]}
    assert await scripted.charge([CHARGE]) == [Unknown("pay_1", reason)]
    with pytest.raises(NoAnswer) as caught:
        await scripted.look_up(["pay_1"])
    assert KEY not in str(caught.value)


async def test_nobody_there_is_unknown() -> None:
    client = Stripe(KEY, SECRET, url="http://127.0.0.1:9")
    [outcome] = await client.charge([CHARGE])
    assert isinstance(outcome, Unknown)
    await client.aclose()


async def test_a_decline_tells_the_banks_reason(scripted: Stripe, shapes: Shapes) -> None:
    failed = intent(status="requires_payment_method")
    body = error("card_error", "card_declined", decline_code="lost_card", payment_intent=failed)
    shapes.answers[CREATE] = [(402, body)]
    [fact] = await scripted.charge([CHARGE])
    assert isinstance(fact, Fact)
    assert (fact.kind, fact.reason, fact.amount) == (FactKind.DECLINED, "lost_card", 10_00)


async def test_a_bank_with_a_page_of_its_own_is_a_place_to_go(
    scripted: Stripe, shapes: Shapes
) -> None:
    following = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.test/3ds"}}
    shapes.answers[CREATE] = [(200, intent(status="requires_action", next_action=following))]
    assert await scripted.charge([CHARGE]) == [
        Action("pay_1", "https://bank.test/3ds", "pi_1_secret_x")
    ]


async def test_a_failed_confirmation_is_ended_so_that_the_decline_is_definite(
    scripted: Stripe, shapes: Shapes
) -> None:
    why = {"code": "payment_intent_authentication_failure"}
    shapes.answers["POST /v1/payment_intents/pi_1/cancel"] = [(200, intent(status="canceled"))]
    failed = intent(status="requires_payment_method", last_payment_error=why)
    [fact] = await scripted.webhook(*event("payment_intent.payment_failed", failed))
    assert (fact.kind, fact.reason) == (FactKind.DECLINED, why["code"])


async def test_events_about_nothing_of_ours_say_nothing(scripted: Stripe) -> None:
    foreign = intent(metadata={})
    assert await scripted.webhook(*event("payment_intent.succeeded", foreign)) == []
    assert await scripted.webhook(*event("customer.created", {"id": "cus_1"})) == []
    connected = event("payment_intent.succeeded", intent(), account="acct_1")
    assert await scripted.webhook(*connected) == []
    with pytest.raises(BadWebhook):
        await scripted.webhook(*event("refund.updated", {"metadata": {"fondaco_key": "ref_1"}}))


@pytest.mark.parametrize(
    ("ours", "currency", "theirs"),
    [
        (12_34, "EUR", 12_34),
        (500, "JPY", 500),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (1_230, "KWD", 1_230),
        (300, "MGA", 3),
        (150, "HUF", 150),
    ],
)
def test_amounts_are_written_as_stripe_does(ours: int, currency: str, theirs: int) -> None:
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency) == ours


@pytest.mark.parametrize(("ours", "currency"), [(1_234, "KWD"), (1, "MGA")])
async def test_an_amount_that_stripe_cannot_take_is_declined(
    scripted: Stripe, ours: int, currency: str
) -> None:
    [fact] = await scripted.charge([Charge("pay_1", ours, currency, "pm_1")])
    assert isinstance(fact, Fact)
    assert (fact.kind, fact.reason) == (FactKind.DECLINED, "invalid_amount")
