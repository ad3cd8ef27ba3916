"""Suspending sellers and erasing buyers over the API."""

from tests.edge.conftest import Shop


async def test_a_suspended_seller_is_shown_so_and_sells_nothing(shop: Shop) -> None:
    seller = shop.ids["a"]
    path = f"/api/sellers/{seller}/suspensions"
    refused = await shop.post(path, {"reason": "x"}, "a")
    assert refused.status_code == 403
    done = await shop.made(path, {"reason": "Counterfeits"}, "operator")
    assert done == {"state": "suspended"}
    twice = await shop.post(path, {"reason": "Counterfeits"}, "operator")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_suspended")
    offers = (await shop.get(f"/api/offers?market={shop.ids['market']}", "buyer")).json()["offers"]
    assert {o["state"] for o in offers if o["seller"] == seller} == {"suspended"}
    assert {o["state"] for o in offers if o["seller"] != seller} == {"active"}
    answer = await shop.post("/api/purchases", shop.purchase(("a", 1)), "buyer")
    assert (answer.status_code, answer.json()["code"]) == (409, "seller_suspended")
    mine = (await shop.get(path, "a")).json()["suspensions"]
    assert [(one["reason"], one["lifted_at"]) for one in mine] == [("Counterfeits", None)]
    assert (await shop.get(path, "b")).status_code == 404
    done = await shop.made(f"/api/sellers/{seller}/reinstatement", {}, "operator")
    assert done == {"state": "active"}
    await shop.bought(("a", 1))


async def test_a_buyer_is_erased_by_itself_or_the_operator_only(shop: Shop) -> None:
    made = await shop.made("/api/buyers", {"name": "Ada Lovelace"}, "operator")
    path = f"/api/buyers/{made['id']}/erasure"
    assert (await shop.post(path, {}, "a")).status_code == 403
    stranger = await shop.post(path, {}, "buyer")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_buyer")
    assert (await shop.made(path, {}, "operator"))["buyer"] == made["id"]
    again = await shop.post(path, {}, "operator")
    assert (again.status_code, again.json()["code"]) == (404, "unknown_buyer")
