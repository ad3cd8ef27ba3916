"""Returns over the API: the whole way, who may see and do what, and what is refused."""

from typing import Any

from tests.edge.conftest import Shop


async def _arrived(shop: Shop, units: int = 2) -> str:
    """An order of seller a's that was delivered."""
    order: str = (await shop.bought(("a", units)))["orders"][0]["id"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"))["id"]
    await shop.made(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a")
    return order


def _body(units: int = 1) -> dict[str, Any]:
    return {"lines": [{"no": 1, "units": units}], "reason": "defective", "note": "It flickers."}


async def _asked(shop: Shop, order: str) -> str:
    made = await shop.made(f"/api/orders/{order}/returns", _body(), "buyer")
    assert made["due_at"]
    return str(made["id"])


async def test_a_return_from_the_request_to_the_money(shop: Shop) -> None:
    order = await _arrived(shop)
    path = f"/api/returns/{await _asked(shop, order)}"
    approved = await shop.made(f"{path}/decision", {"approve": True, "reason": "Sorry!"}, "a")
    assert approved["state"] == "approved"
    await shop.made(f"{path}/shipment", {"carrier": "DHL", "tracking": "R1"}, "buyer")
    await shop.made(f"{path}/receipt", None, "a")
    verdict = {"no": 1, "accepted": 1, "deduction": 100, "restock": True, "note": "no box"}
    done = await shop.made(f"{path}/inspection", {"lines": [verdict]}, "a")
    assert done == {"state": "inspected", "refunded": 900, "currency": "EUR", "due_at": None}
    seen = (await shop.get(path, "buyer")).json()
    assert (seen["order"], seen["state"], seen["decision"]) == (order, "inspected", "Sorry!")
    assert seen["lines"] == [
        {"no": 1, "units": 1, "accepted": 1, "deduction": 100, "restocked": 1, "refunded": 900,
         "note": "no box"}
    ]  # fmt: skip
    levels = (await shop.get(f"/api/stock/levels?offer={shop.ids['offer a']}", "a")).json()
    assert levels["levels"][0]["on_hand"] == 9
    settled = await shop.made(f"/api/orders/{order}/confirmation", None, "buyer")
    assert settled == {"state": "settled"}


async def test_only_the_parties_see_and_touch_a_return(shop: Shop) -> None:
    order = await _arrived(shop)
    asked = await shop.post(f"/api/orders/{order}/returns", _body(), "other")
    assert (asked.status_code, asked.json()["code"]) == (404, "unknown_order")
    rma = await _asked(shop, order)
    for who in ("b", "other"):
        assert (await shop.get(f"/api/returns/{rma}", who)).status_code == 404
        assert (await shop.get(f"/api/orders/{order}/returns", who)).status_code == 404
        assert (await shop.get("/api/returns", who)).json() == {"returns": [], "next": None}
    for who in ("a", "buyer", "operator"):
        listed = (await shop.get(f"/api/orders/{order}/returns", who)).json()["returns"]
        assert [one["id"] for one in listed] == [rma]
    foreign = await shop.post(f"/api/returns/{rma}/decision", {"approve": True}, "b")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_return")
    mine = await shop.post(f"/api/returns/{rma}/decision", {"approve": True}, "buyer")
    assert (mine.status_code, mine.json()["code"]) == (403, "wrong_party")


async def test_returns_are_listed_page_by_page(shop: Shop) -> None:
    order = await _arrived(shop, 3)
    made = [await _asked(shop, order) for _ in range(3)]
    for who, query in (
        ("a", ""), ("buyer", ""), ("operator", f"&seller={shop.ids['a']}"),
        ("operator", f"&buyer={shop.ids['buyer']}"),
    ):  # fmt: skip
        page = (await shop.get(f"/api/returns?limit=2{query}", who)).json()
        rest = (await shop.get(page["next"], who)).json()
        assert [one["id"] for one in page["returns"] + rest["returns"]] == made[::-1]
        assert rest["next"] is None
    unnamed = await shop.get("/api/returns")
    assert (unnamed.status_code, unnamed.json()["parameter"]) == (400, "seller")


async def test_refusals_say_what_is_left(shop: Shop) -> None:
    order = await _arrived(shop)
    many = await shop.post(f"/api/orders/{order}/returns", _body(3), "buyer")
    assert (many.status_code, many.json()["code"]) == (409, "too_many_units")
    assert many.json()["detail"] == "Line 1 has 2 units left to return."
    rma = await _asked(shop, order)
    silent = await shop.post(f"/api/returns/{rma}/decision", {"approve": False}, "a")
    assert (silent.status_code, silent.json()["pointer"]) == (422, "/reason")
    await shop.made(f"/api/returns/{rma}/decision", {"approve": True}, "a")
    verdict = {"no": 1, "accepted": 1, "deduction": 1001, "note": "worn"}
    dear = await shop.post(f"/api/returns/{rma}/inspection", {"lines": [verdict]}, "a")
    assert (dear.status_code, dear.json()["pointer"]) == (409, "/lines/0/deduction")
    assert dear.json()["detail"] == "10.00 EUR would go back for line 1."
    held = await shop.post(f"/api/orders/{order}/confirmation", None, "buyer")
    assert (held.status_code, held.json()["code"]) == (409, "case_open")
    await shop.made(f"/api/returns/{rma}/withdrawal", None, "buyer")
    late = await shop.post(f"/api/returns/{rma}/shipment", {"carrier": "DHL"}, "buyer")
    assert late.json()["detail"] == "A return that is closed cannot be shipped."


async def test_the_operator_sets_a_market_s_terms(shop: Shop) -> None:
    path = f"/api/markets/{shop.ids['market']}/aftercare-policy"
    before = (await shop.get(path, "buyer")).json()
    assert (before["window_days"], before["decide_days"]) == (14, 2)
    await shop.made(path, {**before, "window_days": 0})
    assert (await shop.get(path, "a")).json()["window_days"] == 0
    assert (await shop.post(path, before, "a")).status_code == 403
    order = await _arrived(shop)
    late = await shop.post(f"/api/orders/{order}/returns", _body(), "buyer")
    assert (late.status_code, late.json()["code"]) == (409, "window_over")
    unknown = path.replace(shop.ids["market"], "mkt_0000000000000")
    assert (await shop.post(unknown, before)).json()["code"] == "unknown_market"
    assert (await shop.get(unknown)).status_code == 404
