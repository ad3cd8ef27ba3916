"""Webhooks are believed for their signature, and each fact counts once."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec

from fondaco.kernel import system_clock
from fondaco.kernel.ids import show
from fondaco.payments import Fact, FactKind
from fondaco.payments.providers.sandbox import Mode
from fondaco.payments.providers.signing import sign
from tests.edge.conftest import Shop

PATH = "/api/webhooks/sandbox"


def fact(made: Any, **more: Any) -> Fact:
    payment = made["payment"]
    values = {
        "id": f"evt_{payment['id']}", "kind": FactKind.CAPTURED, "key": payment["id"],
        "amount": payment["amount"], "currency": "EUR", "fee": 0, "reason": "",
        "at": system_clock(),
    }  # fmt: skip
    return Fact(**values | more)


async def told(shop: Shop, *facts: Fact, secret: str | None = None) -> httpx.Response:
    body = msgspec.json.encode(facts)
    headers = sign(secret or shop.sandbox.secret, "msg_1", body, system_clock())
    return await shop.http.post(PATH, content=body, headers=headers)


async def pending(shop: Shop) -> Any:
    shop.sandbox.mode = Mode(lose_before=1.0)
    made = await shop.bought()
    assert made["payment"]["status"] == "pending"
    return made


async def test_a_webhook_settles_a_pending_payment_once(shop: Shop) -> None:
    made = await pending(shop)
    first = await told(shop, fact(made))
    again = await told(shop, fact(made), fact(made))
    assert (first.json(), again.json()) == ({"news": 1}, {"news": 0})
    seen = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    assert [order["state"] for order in seen["orders"]] == ["paid"]
    assert seen["payments"][0]["captured"] == made["total"]


async def test_a_bad_signature_is_refused_and_changes_nothing(shop: Shop) -> None:
    made = await pending(shop)
    body = msgspec.json.encode([fact(made)])
    good = sign(shop.sandbox.secret, "msg_1", body, system_clock())
    old = sign(shop.sandbox.secret, "msg_1", body, system_clock() - timedelta(hours=1))
    for answer in (
        await told(shop, fact(made), secret="another"),
        await shop.http.post(PATH, content=body),
        await shop.http.post(PATH, content=body, headers=old),
        await shop.http.post(PATH, content=body.replace(b"EUR", b"USD"), headers=good),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_webhook")
    seen = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    assert [order["state"] for order in seen["orders"]] == ["created"]


async def test_signed_nonsense_and_facts_about_nothing_of_ours_do_no_harm(shop: Shop) -> None:
    made = await pending(shop)
    nothing = [
        fact(made, id="evt_1", key=show("pay", 64)),
        fact(made, id="evt_2", key="acme-17"),
        fact(made, id="evt_3", key="pay_x"),
    ]
    assert (await told(shop, *nothing)).json() == {"news": 0}
    headers = sign(shop.sandbox.secret, "msg_1", b"[1]", system_clock())
    answer = await shop.http.post(PATH, content=b"[1]", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_webhook")
    unknown = await shop.http.post("/api/webhooks/acme", content=b"[]")
    assert unknown.status_code == 404
