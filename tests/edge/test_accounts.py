"""A seller's account over the API: the operator moves it, the seller sees its own."""

from datetime import UTC, datetime

from tests.edge.conftest import Shop


def path(shop: Shop, more: str, who: str = "a") -> str:
    return f"/api/sellers/{shop.ids[who]}/{more}"


async def sold(shop: Shop) -> None:
    """A sale of seller a's, settled: 11.00 to it."""
    made = await shop.bought()
    order = made["orders"][0]["id"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"))["id"]
    await shop.made(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a")
    await shop.made(f"/api/orders/{order}/confirmation", None, "buyer")


async def test_a_charge_becomes_debt_and_the_debt_is_paid_or_given_up(shop: Shop) -> None:
    body = {"market": shop.ids["market"], "amount": 5000, "reason": "photographs"}
    made = await shop.made(path(shop, "charges"), body)
    assert (made["amount"], made["vat"], made["debt"]) == (5000, 0, 5000)
    [listed] = (await shop.get(path(shop, "charges"), "a")).json()["charges"]
    assert (listed["id"], listed["kind"], listed["reason"]) == (
        made["id"],
        "one_off",
        "photographs",
    )
    paid = {"currency": "EUR", "amount": 2000, "reference": "bank 1"}
    assert (await shop.made(path(shop, "recoveries"), paid))["left"] == 3000
    seen = (await shop.get(path(shop, "account"), "a")).json()
    assert seen["balances"]["receivable"] == {"EUR": 3000}
    [debt] = seen["debts"]
    assert (debt["kind"], debt["amount"], debt["days"]) == ("charge", 3000, 0)
    lost = {"currency": "EUR", "reason": "insolvent"}
    assert (await shop.made(path(shop, "write-offs"), lost))["amount"] == 3000
    moves = (await shop.get(path(shop, "moves"), "a")).json()["moves"]
    assert [(one["kind"], one["reason"]) for one in moves] == [
        ("recovery", "bank 1"), ("write_off", "insolvent"),
    ]  # fmt: skip
    again = await shop.post(path(shop, "write-offs"), lost)
    assert (again.status_code, again.json()["code"]) == (409, "no_debt")


async def test_a_bond_is_set_paid_in_drawn_on_and_given_back(shop: Shop) -> None:
    terms = {"currency": "EUR", "target": 1000, "draws": ["penalty"], "draw_after_days": 14}
    assert await shop.made(path(shop, "bond"), terms) == {"missing": 1000}
    paid = {"currency": "EUR", "amount": 1000, "reference": "bank 2"}
    assert (await shop.made(path(shop, "bond/deposits"), paid))["left"] == 1000
    penalty = {"market": shop.ids["market"], "amount": 300, "reason": "late", "penalty": True}
    assert (await shop.made(path(shop, "charges"), penalty))["debt"] == 0
    fee = {"market": shop.ids["market"], "amount": 100, "reason": "photographs"}
    await shop.made(path(shop, "charges"), fee)
    drawn = await shop.made(path(shop, "bond/draws"), {"currency": "EUR", "reason": "no answer"})
    assert (drawn["amount"], drawn["left"]) == (100, 600)
    await shop.made(path(shop, "bond"), {"currency": "EUR", "target": 0})
    back = await shop.made(path(shop, "bond/refunds"), {"currency": "EUR", "reason": "leaves"})
    assert (back["amount"], back["left"]) == (600, 0)
    seen = (await shop.get(path(shop, "account"), "a")).json()
    assert seen["bonds"][0]["target"] == 0
    assert seen["balances"]["payable"] == {"EUR": 600}


async def test_part_of_a_sale_is_kept_back(shop: Shop) -> None:
    terms = {"numerator": 10, "days": 7, "seller": shop.ids["a"]}
    assert await shop.made(f"/api/markets/{shop.ids['market']}/reserve", terms) == {"days": 7}
    await sold(shop)
    seen = (await shop.get(path(shop, "account"), "a")).json()
    assert seen["balances"]["payable"] == {"EUR": 990}
    [kept] = seen["reserve"]
    assert kept["amount"] == 110
    assert kept["release_on"] > datetime.now(UTC).date().isoformat()
    wrong = await shop.post(
        f"/api/markets/{shop.ids['market']}/reserve", {"numerator": 101, "days": 7}
    )
    assert (wrong.status_code, wrong.json()["pointer"]) == (422, "/numerator")


async def test_a_subscription_is_set_listed_and_ended(shop: Shop) -> None:
    body = {"market": shop.ids["market"], "name": "Plan", "every": "month", "amount": 3900}
    made = await shop.made(path(shop, "subscriptions"), body)
    [listed] = (await shop.get(path(shop, "subscriptions"), "a")).json()["subscriptions"]
    assert (listed["id"], listed["every"], listed["charged"]) == (made["id"], "month", 0)
    ended = await shop.post(f"/api/subscriptions/{made['id']}/end", {})
    assert ended.status_code == 200
    again = await shop.post(f"/api/subscriptions/{made['id']}/end", {})
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")


async def test_a_seller_sees_its_own_account_and_moves_none(shop: Shop) -> None:
    for more in ("account", "charges", "moves", "subscriptions"):
        stranger = await shop.get(path(shop, more), "b")
        assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_seller")
        assert (await shop.get(path(shop, more), "buyer")).status_code == 403
    lost = {"currency": "EUR", "reason": "please"}
    for more in ("write-offs", "bond/refunds"):
        assert (await shop.post(path(shop, more), lost, "a")).status_code == 403
    nobody = "/api/sellers/sel_00000000000s0/charges"
    fee = {"market": shop.ids["market"], "amount": 100, "reason": "photographs"}
    assert (await shop.post(nobody, fee)).status_code == 404
