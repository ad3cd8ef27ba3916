"""Commission over the API: rules with their periods, the policy, and why a rule applies."""

from tests.edge.conftest import Shop


async def test_a_rule_is_set_listed_explained_and_ended(shop: Shop) -> None:
    path = f"/api/markets/{shop.ids['market']}/fees"
    body = {
        "fee": {"numerator": 5, "bounds": {"USD": {"floor": 10}}}, "seller": shop.ids["a"],
        "product": shop.ids["product"], "price_below": 2000, "valid_until": "2099-01-01T00:00:00Z",
    }  # fmt: skip
    made = await shop.made(path, body)
    [base, listed] = (await shop.get(path)).json()["fees"]
    assert (base["base"], listed["base"], listed["id"]) == (True, False, made["id"])
    assert listed["fee"]["bounds"] == {"USD": {"floor": 10, "cap": None}}
    assert (listed["product"], listed["price_below"]) == (shop.ids["product"], 2000)
    explained = f"/api/offers/{shop.ids['offer a']}/commission"
    told = (await shop.get(explained, "a")).json()
    assert (told["commission"], told["commission_vat"]) == (50, 0)
    assert [one["standing"] for one in told["rules"]] == ["applies", "overruled"]
    dear = (await shop.get(f"{explained}?price=2000&at=2030-01-01T00:00:00Z", "a")).json()
    assert (dear["commission"], dear["rules"][0]["id"]) == (200, base["id"])
    ended = await shop.post(f"/api/fees/{made['id']}/end", {})
    assert ended.status_code == 200
    after = (await shop.get(explained, "a")).json()
    assert [one["standing"] for one in after["rules"]] == ["applies", "ended"]
    again = await shop.post(f"/api/fees/{made['id']}/end", {})
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")


async def test_a_seller_asks_of_its_own_offers_only(shop: Shop) -> None:
    stranger = await shop.get(f"/api/offers/{shop.ids['offer a']}/commission", "b")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_offer")
    naive = f"/api/offers/{shop.ids['offer a']}/commission?at=2030-01-01T00:00:00"
    answer = await shop.get(naive, "a")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "at")
    fees = await shop.get(f"/api/markets/{shop.ids['market']}/fees", "a")
    assert fees.status_code == 403


async def test_the_policy_of_a_market_is_set_and_read(shop: Shop) -> None:
    path = f"/api/markets/{shop.ids['market']}/fee-policy"
    standard = {
        "vat_numerator": 0, "vat_denominator": 100, "net_of_tax": False, "keep_on_refund": False
    }  # fmt: skip
    assert (await shop.get(path, "a")).json() == standard
    policy = {"vat_numerator": 21, "net_of_tax": True}
    await shop.made(path, {"policy": policy})
    assert (await shop.get(path, "a")).json() == {**standard, **policy}
    past = await shop.post(path, {"policy": policy, "valid_from": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["pointer"]) == (422, "/valid_from")
    naive = await shop.post(path, {"policy": policy, "valid_from": "2020-01-01T00:00:00"})
    assert (naive.status_code, naive.json()["code"]) == (422, "invalid_body")
    nowhere = await shop.post("/api/markets/mkt_00000000000s0/fee-policy", {"policy": policy})
    assert nowhere.status_code == 404
