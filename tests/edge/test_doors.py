"""Nobody gets in without a key that may do this."""

from datetime import timedelta

import pytest

from fondaco import parties
from fondaco.kernel import Sent, run, system_clock
from fondaco.kernel.ids import parse
from fondaco.parties import Scope
from tests.edge.conftest import Shop

OPEN = {"/health", "/ready", "/problems", "/problems/{code}", "/api/webhooks/{provider}"}


async def test_every_route_but_the_open_ones_needs_a_key(shop: Shop) -> None:
    description = (await shop.http.get("/api")).json()
    closed = set(description["paths"]) - OPEN
    assert len(closed) > 30
    for path in closed:
        for method in description["paths"][path]:
            answer = await shop.http.request(method.upper(), path)
            assert (answer.status_code, answer.json()["code"]) == (401, "missing_key"), path
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Bearer fk_unknown", "Bearer", "Basic abc", "fk_x", "Bearer fk_" + "x" * 5000, ""]
)
async def test_an_unknown_key_opens_nothing(shop: Shop, header: str) -> None:
    answer = await shop.http.get("/api/markets", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")


async def test_an_expired_key_opens_nothing(shop: Shop) -> None:
    secret, hash_, prefix = parties.new_secret()
    wish = parties.IssueKey(
        hash=hash_, prefix=prefix, party=parse("per", shop.ids["buyer"]), kind=parties.Kind.BUYER,
        scopes=(Scope.READ,), expires_at=system_clock() - timedelta(seconds=1),
    )  # fmt: skip
    await run(shop.database, parties.issue_key, [Sent(wish, "test", f"expired {prefix}")])
    answer = await shop.http.get("/api/markets", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "expired_key")


async def test_a_key_does_only_what_its_scopes_say(shop: Shop) -> None:
    reader = await shop.limited("buyer", Scope.READ)
    answer = await shop.post("/api/purchases", shop.purchase(), reader)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert (await shop.get("/api/purchases", reader)).status_code == 200


async def test_a_key_does_only_what_its_kind_of_party_may(shop: Shop) -> None:
    order = (await shop.bought())["orders"][0]["id"]
    shipment = await shop.post(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "buyer")
    assert (shipment.status_code, shipment.json()["code"]) == (403, "wrong_party")
    ruling = await shop.post(f"/api/orders/{order}/ruling", {"refund": 0}, "a")
    assert (ruling.status_code, ruling.json()["code"]) == (403, "wrong_party")


async def test_a_seller_reaches_only_its_own(shop: Shop) -> None:
    made = await shop.bought(("b", 1))
    order, offer = made["orders"][0]["id"], shop.ids["offer b"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "b"))["id"]
    assert [o["id"] for o in (await shop.get("/api/orders", "b")).json()["orders"]] == [order]
    assert (await shop.get("/api/orders", "a")).json()["orders"] == []
    for answer in (
        await shop.get(f"/api/orders/{order}", "a"),
        await shop.get(f"/api/orders/{order}/parcels", "a"),
        await shop.post(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"),
        await shop.post(f"/api/orders/{order}/refunds", {}, "a"),
        await shop.post(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a"),
        await shop.get(f"/api/stock/levels?offer={offer}", "a"),
        await shop.get(f"/api/sellers/{shop.ids['b']}/balances", "a"),
    ):
        assert answer.status_code == 404, answer.text
    move = {"offer": offer, "location": shop.ids["location b"], "quantity": 1}
    assert (await shop.post("/api/stock/moves", move, "a")).status_code == 422
    named = await shop.post("/api/payouts", {"currency": "EUR", "seller": shop.ids["b"]}, "a")
    assert (named.status_code, named.json()["pointer"]) == (422, "/seller")


async def test_a_key_issued_over_the_api_is_shown_again_only_to_who_issued_it(shop: Shop) -> None:
    body = {"party": shop.ids["a"], "scopes": ["read"]}
    first = await shop.post("/api/keys", body, key="issue")
    again = await shop.post("/api/keys", body, key="issue")
    assert again.json() == first.json()
    shop.keys["reader"] = first.json()["secret"]
    assert (await shop.get("/api/orders", "reader")).status_code == 200
    move = {"offer": shop.ids["offer a"], "location": shop.ids["location a"], "quantity": 1}
    assert (await shop.post("/api/stock/moves", move, "reader")).status_code == 403


async def test_a_key_cannot_be_issued_for_another_kind_of_party(shop: Shop) -> None:
    as_operator = {"party": "org" + shop.ids["a"][3:]}
    answer = await shop.post("/api/keys", as_operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_party")
    too_much = await shop.post("/api/keys", {"party": shop.ids["a"], "scopes": ["admin"]})
    assert (too_much.status_code, too_much.json()["code"]) == (422, "scope_not_allowed")
