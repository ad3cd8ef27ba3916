"""Buying over the API: once, again under the same key, and only one's own."""

import pytest

from fondaco.payments.providers.sandbox import Mode
from tests.edge.conftest import Shop


async def test_a_purchase_over_two_sellers_is_paid_and_shown(shop: Shop) -> None:
    made = await shop.bought(("a", 1), ("b", 2))
    assert made["total"] == 1000 + 200 + 2 * 1000 + 200
    assert made["payment"]["status"] == "captured"
    seen = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    assert [order["state"] for order in seen["orders"]] == ["paid", "paid"]
    assert [order["seller"] for order in seen["orders"]] == [shop.ids["a"], shop.ids["b"]]
    assert seen["orders"][1]["lines"][0]["quantity"] == 2
    assert seen["payments"][0]["captured"] == made["total"]


async def test_the_same_request_again_answers_the_same_and_buys_nothing(shop: Shop) -> None:
    first = await shop.post("/api/purchases", shop.purchase(), "buyer", key="once")
    before = await shop.traces()
    again = await shop.post("/api/purchases", shop.purchase(), "buyer", key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert await shop.traces() == before


async def test_a_key_used_for_another_request_is_refused(shop: Shop) -> None:
    await shop.post("/api/purchases", shop.purchase(), "buyer", key="used")
    before = await shop.traces()
    answer = await shop.post("/api/purchases", shop.purchase(("a", 2)), "buyer", key="used")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert await shop.traces() == before


async def test_another_party_may_use_the_same_key(shop: Shop) -> None:
    mine = await shop.post("/api/purchases", shop.purchase(), "buyer", key="mine")
    theirs = await shop.post("/api/purchases", shop.purchase(), "other", key="mine")
    assert mine.json()["id"] != theirs.json()["id"]


async def test_a_declined_payment_can_be_tried_again(shop: Shop) -> None:
    made = await shop.bought(token="tok_declined")
    assert (made["payment"]["status"], made["payment"]["reason"]) == ("declined", "declined")
    path = f"/api/purchases/{made['id']}/payments"
    paid = await shop.post(path, {"token": "tok_ok"}, "buyer")
    assert (paid.status_code, paid.json()["status"]) == (201, "captured")
    late = await shop.post(path, {"token": "tok_ok"}, "buyer")
    assert (late.status_code, late.json()["code"]) == (409, "not_waiting")


async def test_without_a_definite_answer_the_payment_is_pending_and_a_retry_finds_it(
    shop: Shop,
) -> None:
    shop.sandbox.mode = Mode(lose=1.0)
    first = await shop.post("/api/purchases", shop.purchase(), "buyer", key="lost")
    assert first.json()["payment"]["status"] == "pending"
    shop.sandbox.mode = Mode()
    again = await shop.post("/api/purchases", shop.purchase(), "buyer", key="lost")
    assert again.json()["payment"] == first.json()["payment"] | {"status": "captured"}
    assert [total.count for total in shop.sandbox.totals()] == [1]


@pytest.mark.parametrize(
    ("token", "status"), [("tok_ok", "captured"), ("tok_declined", "declined")]
)
async def test_what_was_told_stays_so_when_the_provider_says_nothing(
    shop: Shop, token: str, status: str
) -> None:
    body = shop.purchase(token=token)
    first = await shop.post("/api/purchases", body, "buyer", key="told")
    assert first.json()["payment"]["status"] == status
    shop.sandbox.mode = Mode(outage=True)
    again = await shop.post("/api/purchases", body, "buyer", key="told")
    assert again.json() == first.json()


async def test_a_buyer_sees_and_pays_only_its_own(shop: Shop) -> None:
    made = await shop.bought(token="tok_declined")
    path = f"/api/purchases/{made['id']}"
    for answer in (
        await shop.get(path, "other"),
        await shop.get(f"{path}/refunds", "other"),
        await shop.post(f"{path}/payments", {"token": "tok_ok"}, "other"),
        await shop.get(f"/api/orders/{made['orders'][0]['id']}", "other"),
        await shop.post(f"/api/orders/{made['orders'][0]['id']}/confirmation", who="other"),
    ):
        assert answer.status_code == 404, answer.text
    assert (await shop.get(path, "operator")).status_code == 200
    assert (await shop.get("/api/purchases", "other")).json()["purchases"] == []


async def test_who_buys_is_the_keys_own_buyer_or_named_by_the_operator(shop: Shop) -> None:
    named = shop.purchase(buyer=shop.ids["other"])
    assert (await shop.post("/api/purchases", named, "operator")).status_code == 201
    assert (await shop.post("/api/purchases", named, "other")).status_code == 201
    theirs = await shop.post("/api/purchases", named, "buyer")
    assert (theirs.status_code, theirs.json()["pointer"]) == (422, "/buyer")
    nobody = await shop.post("/api/purchases", shop.purchase(), "operator")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unknown_buyer")


async def test_pages_follow_each_other_without_gap_or_overlap(shop: Shop) -> None:
    made = [(await shop.bought())["id"] for _ in range(5)]
    seen: list[str] = []
    path: str | None = "/api/purchases?limit=2"
    while path:
        page = (await shop.get(path, "buyer")).json()
        seen += [purchase["id"] for purchase in page["purchases"]]
        path = page["next"]
    assert seen == made[::-1]


async def test_the_operator_lists_a_buyer_s_purchases_by_naming_the_buyer(shop: Shop) -> None:
    mine, other = await shop.bought(), await shop.bought(who="other")
    for who, bought in (("buyer", mine), ("other", other)):
        seen = (await shop.get(f"/api/purchases?buyer={shop.ids[who]}")).json()
        assert [one["id"] for one in seen["purchases"]] == [bought["id"]]
    nameless = await shop.get("/api/purchases")
    assert (nameless.status_code, nameless.json()["parameter"]) == (400, "buyer")
    own = (await shop.get(f"/api/purchases?buyer={shop.ids['other']}", "buyer")).json()
    assert [one["id"] for one in own["purchases"]] == [mine["id"]], "a buyer sees its own alone"
