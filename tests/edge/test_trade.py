"""The whole life of an order over the API."""

from fondaco import payments
from fondaco.kernel import deliver_all, subscribe
from tests.edge.conftest import Shop


async def test_from_purchase_to_payout(shop: Shop) -> None:
    made = await shop.bought(("a", 2))
    order = made["orders"][0]["id"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"))["id"]
    for kind, state in (("in_transit", "in_transit"), ("delivered", "delivered")):
        event = await shop.made(f"/api/parcels/{parcel}/events", {"kind": kind}, "a")
        assert event["parcel_state"] == state
    [seen] = (await shop.get(f"/api/orders/{order}/parcels", "buyer")).json()["parcels"]
    assert [event["kind"] for event in seen["events"]][-2:] == ["in_transit", "delivered"]
    confirmed = await shop.made(f"/api/orders/{order}/confirmation", None, "buyer")
    assert confirmed == {"state": "settled"}
    owed = 2 * 1000 + 200 - 200  # 10 % of the goods is the market's
    balances = (await shop.get(f"/api/sellers/{shop.ids['a']}/balances", "a")).json()
    assert balances["balances"] == [{"account": "payable", "currency": "EUR", "amount": owed}]
    payout = await shop.made("/api/payouts", {"currency": "EUR"}, "a")
    assert payout["amount"] == owed
    [listed] = (await shop.get("/api/payouts", "a")).json()["payouts"]
    assert (listed["id"], listed["state"]) == (payout["id"], "created")


async def test_lines_are_refunded_and_the_money_goes_back(shop: Shop) -> None:
    made = await shop.bought(("a", 2))
    order = made["orders"][0]["id"]
    body = {"lines": [{"no": 1, "units": 1}], "reason": "scratched"}
    back = await shop.made(f"/api/orders/{order}/refunds", body, "a")
    assert (back["amount"], back["currency"], back["state"]) == (1100, "EUR", "paid")
    [refund] = (await shop.get(f"/api/purchases/{made['id']}/refunds", "buyer")).json()["refunds"]
    assert (refund["amount"], refund["order"], refund["reason"]) == (1100, order, "scratched")
    wrong = await shop.post(f"/api/orders/{order}/refunds", {"lines": [{"no": 2, "units": 1}]}, "a")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_line")
    many = await shop.post(f"/api/orders/{order}/refunds", {"lines": [{"no": 1, "units": 2}]}, "a")
    assert (many.status_code, many.json()["code"]) == (409, "too_many_units")


async def test_a_dispute_is_ruled_by_the_operator(shop: Shop) -> None:
    made = await shop.bought()
    order = made["orders"][0]["id"]
    await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a")
    await shop.made(f"/api/orders/{order}/dispute", {"reason": "broken"}, "buyer")
    held = await shop.post(f"/api/orders/{order}/confirmation", None, "buyer")
    assert (held.status_code, held.json()["code"]) == (409, "disputed")
    ruled = await shop.made(f"/api/orders/{order}/ruling", {"refund": 360})
    assert ruled["amount"] == 360


async def test_a_delivered_order_is_given_more_time_once(shop: Shop) -> None:
    made = await shop.bought()
    order = made["orders"][0]["id"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"))["id"]
    await shop.made(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a")
    due = (await shop.get(f"/api/orders/{order}", "buyer")).json()["due_at"]
    later = await shop.made(f"/api/orders/{order}/extension", None, "buyer")
    assert later["due_at"] > due
    again = await shop.post(f"/api/orders/{order}/extension", None, "buyer")
    assert (again.status_code, again.json()["code"]) == (409, "extended_before")


async def test_the_catalogue_is_listed(shop: Shop) -> None:
    market = shop.ids["market"]
    offers = (await shop.get(f"/api/offers?market={market}", "buyer")).json()["offers"]
    assert {offer["seller"] for offer in offers} == {shop.ids["a"], shop.ids["b"]}
    own = (await shop.get(f"/api/offers?market={market}", "a")).json()["offers"]
    assert [offer["id"] for offer in own] == [shop.ids["offer a"]]
    product = (await shop.get(f"/api/products/{shop.ids['product']}", "buyer")).json()
    assert product["variants"][0]["id"] == shop.ids["variant"]
    within = await shop.get(f"/api/products?category={shop.ids['category']}", "buyer")
    assert [one["id"] for one in within.json()["products"]] == [shop.ids["product"]]
    levels = (await shop.get(f"/api/stock/levels?offer={shop.ids['offer a']}", "a")).json()
    assert levels["levels"] == [{"location": shop.ids["location a"], "on_hand": 10, "reserved": 0}]


async def test_a_fee_for_one_seller_counts_from_then_on(shop: Shop) -> None:
    fee = {"fee": {"numerator": 0}, "seller": shop.ids["a"]}
    await shop.made(f"/api/markets/{shop.ids['market']}/fees", fee)
    made = await shop.bought(("a", 1), ("b", 1))
    seen = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    assert [order["commission"] for order in seen["orders"]] == [0, 100]
    bad = {"fee": {"numerator": 200}}
    answer = await shop.post(f"/api/markets/{shop.ids['market']}/fees", bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_fee")


async def test_refunds_and_payouts_are_sent_in_the_background(shop: Shop) -> None:
    made = await shop.bought(("a", 1), ("b", 1))
    first, second = (order["id"] for order in made["orders"])
    await shop.made(f"/api/orders/{first}/refunds", {}, "a")
    await shop.made(f"/api/orders/{second}/shipment", {"carrier": "DHL"}, "b")
    await shop.made(f"/api/orders/{second}/confirmation", None, "buyer")
    await shop.made("/api/payouts", {"currency": "EUR"}, "b")
    subscribers = payments.subscribers({"sandbox": shop.sandbox}, "sandbox")
    await subscribe(shop.database, subscribers)
    await deliver_all(shop.database, subscribers)
    [refund] = (await shop.get(f"/api/purchases/{made['id']}/refunds")).json()["refunds"]
    assert refund["state"] == "succeeded"
    [payout] = (await shop.get("/api/payouts", "b")).json()["payouts"]
    assert payout["state"] == "paid"


async def test_an_order_leaves_in_two_parcels(shop: Shop) -> None:
    order = (await shop.bought(("a", 3)))["orders"][0]["id"]
    path = f"/api/orders/{order}/shipment"
    one_unit = {"carrier": "DHL", "lines": [{"no": 1, "units": 1}]}
    first = (await shop.made(path, one_unit, "a"))["id"]
    seen = (await shop.get(f"/api/orders/{order}", "buyer")).json()
    assert (seen["state"], seen["lines"][0]["units_to_ship"]) == ("paid", 2)
    too_many = await shop.post(path, {**one_unit, "lines": [{"no": 1, "units": 3}]}, "a")
    assert (too_many.status_code, too_many.json()["pointer"]) == (409, "/lines/0/units")
    assert too_many.json()["detail"] == "Line 1 has 2 units left to ship."
    second = (await shop.made(path, {"carrier": "DHL"}, "a"))["id"]
    parcels = (await shop.get(f"/api/orders/{order}/parcels", "buyer")).json()["parcels"]
    assert [(one["id"], one["lines"]) for one in parcels] == [
        (first, [{"no": 1, "units": 1}]),
        (second, [{"no": 1, "units": 2}]),
    ]
    for parcel, state in ((second, "shipped"), (first, "delivered")):
        told = await shop.made(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a")
        assert told["order_state"] == state
