"""Paying over the API: pages that buyers are sent to, card numbers kept out, disputes heard."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from fondaco.kernel import system_clock
from fondaco.kernel.front import Front
from fondaco.kernel.ids import parse, show
from fondaco.kernel.settings import Settings
from fondaco.orders.jobs import collect
from fondaco.payments import Fact, FactKind, payments
from fondaco.payments.providers import Action, Charge
from fondaco.payments.providers.alipay import Alipay, Keys
from fondaco.payments.providers.bank import Bank
from fondaco.payments.providers.sandbox import Dispute, Ruling
from fondaco.payments.providers.signing import sign
from fondaco.serve import build
from tests.edge.conftest import Shop
from tests.payments.providers.alipay.stand_in import APP, StandIn, pair


async def hear(shop: Shop, *facts: Fact | None) -> int:
    body = msgspec.json.encode(facts)
    headers = sign(shop.sandbox.secret, "msg_1", body, system_clock())
    answer = await shop.http.post("/api/webhooks/sandbox", content=body, headers=headers)
    news: int = answer.json()["news"]
    return news


async def seen(shop: Shop, made: Any) -> tuple[list[str], list[str]]:
    purchase = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    return (
        [order["state"] for order in purchase["orders"]],
        [payment["state"] for payment in purchase["payments"]],
    )


async def asked(shop: Shop, made: Any) -> None:
    """The sweep asks the provider about the purchase's payment."""
    rows = await payments(shop.database, [parse("pay", made["payment"]["id"])])
    await collect(shop.database, {"sandbox": shop.sandbox}, rows)


async def test_a_buyer_who_must_act_is_told_where_and_the_webhook_pays(shop: Shop) -> None:
    body, key = shop.purchase(token="tok_page"), "paged"
    made = (await shop.post("/api/purchases", body, "buyer", key)).json()
    payment = made["payment"]
    assert payment["status"] == "action_required"
    assert payment["action"] == {
        "url": f"sandbox:/pages/{payment['id']}", "client_secret": "", "details": {},
    }  # fmt: skip
    assert (await shop.post("/api/purchases", body, "buyer", key)).json() == made
    await asked(shop, made)
    assert await seen(shop, made) == (["created"], ["created"]), "the buyer has time"
    assert await hear(shop, shop.sandbox.act(payment["id"])) == 1
    assert await seen(shop, made) == (["paid"], ["captured"])


async def test_a_page_ends_when_the_purchase_has_expired(shop: Shop) -> None:
    made = await shop.bought(token="tok_page")
    now = shop.database.clock()
    shop.database.clock = lambda: now + timedelta(days=1)
    await asked(shop, made)
    assert (await seen(shop, made))[1] == ["voided"]
    late = shop.sandbox.act(made["payment"]["id"])
    assert late is not None
    assert late.kind == FactKind.VOIDED, "nobody can pay for nothing"


@pytest.mark.parametrize(
    "token", ["4242424242424242", "4242 4242 4242 4242", "card=378282246310005&cvc=1"]
)
async def test_a_card_number_is_refused_and_kept_nowhere(shop: Shop, token: str) -> None:
    before = await shop.traces()
    for path, body in (
        ("/api/purchases", shop.purchase(token=token)),
        (f"/api/purchases/{show('pur', 64)}/payments", {"token": token}),
    ):
        answer = await shop.post(path, body, "buyer")
        assert answer.status_code == 422
        assert "card number" in answer.text
        assert token not in answer.text
    assert await shop.traces() == before


async def test_numbers_that_are_no_cards_pass(shop: Shop) -> None:
    for token in ("tok_4242424242424241", "2088102169481075", "pm_1NxY2eLkdIwHu7ix"):
        assert (await shop.bought(token=token))["payment"]["status"] == "declined"


async def test_a_dispute_told_by_webhook_freezes_the_order(shop: Shop) -> None:
    made = await shop.bought()
    payment = made["payment"]["id"]
    opened = shop.sandbox.dispute(Dispute("dp_1", payment))
    assert await hear(shop, opened, opened) == 2
    [order] = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()["orders"]
    refused = await shop.post(f"/api/orders/{order['id']}/refunds", {"reason": "x"}, "operator")
    assert refused.status_code >= 400
    await hear(shop, shop.sandbox.dispute(Dispute("dp_1", payment, Ruling.LOST)))
    assert await seen(shop, made) == (["cancelled"], ["captured"])


async def test_a_provider_that_was_not_chosen_is_refused_before_anything_is_placed(
    shop: Shop,
) -> None:
    before = await shop.traces()
    body = shop.purchase() | {"payment": {"token": "pm_1", "provider": "stripe"}}
    one = await shop.post("/api/purchases", body, "buyer")
    many = await shop.post("/api/purchases/bulk", [shop.purchase(), body], "buyer")
    assert (one.status_code, one.json()["code"]) == (422, "unknown_provider")
    assert (one.json()["pointer"], many.json()["pointer"]) == (
        "/payment/provider",
        "/1/payment/provider",
    )
    assert one.json()["detail"] == "Payments are taken by sandbox."
    assert await shop.traces() == before


async def test_alipay_reads_success_where_its_notification_was_taken(shop: Shop) -> None:
    ours, theirs = pair(), pair()
    stand_in = StandIn(theirs[0], ours[1])
    alipay = Alipay(
        APP, Keys(ours[0], theirs[1]), notify_url="https://shop.test/x", url=stand_in.url
    )
    shop.app.state.providers["alipay"] = alipay
    payment = show("pay", 64)
    [action] = await alipay.charge([Charge(payment, 1_00, "CNY", "page")])
    assert isinstance(action, Action)
    stand_in.visit(action.url)
    path, body = "/api/webhooks/alipay", stand_in.notification(payment)
    taken = await shop.http.post(path, content=body)
    assert (taken.status_code, taken.text) == (200, "success")
    refused = await shop.http.post(path, content=body.replace(b"1.00", b"2.00"))
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_webhook")
    stand_in.close()
    await alipay.aclose()


async def test_a_statement_told_over_the_api_pays_and_the_rest_goes_back(shop: Shop) -> None:
    bank = Bank("DE89370400440532013000", "Fondaco")
    app = build(Settings(), shop.database, {"sandbox": shop.sandbox, "bank": bank})
    shop.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(Front(app, 30)), base_url="http://fondaco.test"
    )
    body = shop.purchase() | {"payment": {"token": "transfer", "provider": "bank"}}
    made = await shop.made("/api/purchases", body, "buyer")
    assert made["payment"]["status"] == "action_required"
    told = made["payment"]["action"]["details"]
    assert told["amount"] == str(made["total"])
    entries = [
        {"id": f"{made['id']}-1", "credit": True, "amount": made["total"] + 5, "currency": "EUR",
         "account": "FR1420041010050500013M02606", "text": told["reference"]},
        {"id": f"{made['id']}-2", "credit": True, "amount": 5, "currency": "EUR", "text": "hello"},
    ]  # fmt: skip
    answer = await shop.made("/api/transfers", {"entries": entries})
    assert [one["taken"] for one in answer["entries"]] == [True, False]
    assert (await seen(shop, made))[0] == ["paid"]
    due = (await shop.get("/api/transfers/returns")).json()["returns"]
    [back] = [one for one in due if one["payment"] == made["payment"]["id"]]
    assert (back["amount"], back["account"]) == (5, "FR1420041010050500013M02606")
    sent = {"id": f"{made['id']}-3", "credit": False, "amount": 5, "currency": "EUR",
            "end_to_end": back["id"]}  # fmt: skip
    await shop.made("/api/transfers", {"entries": [sent]})
    [refund] = (await shop.get(f"/api/purchases/{made['id']}/refunds")).json()["refunds"]
    assert refund["state"] == "succeeded"
    assert (await shop.post("/api/transfers", {"entries": entries}, "buyer")).status_code == 403
    await app.state.gatherer.close()
