"""Disputes over the API: the whole way, who may see and do what, and what is refused."""

from typing import Any, Final

from tests.edge.conftest import Shop

_FILE: Final = {"name": "lamp.jpg", "reference": "https://files.example/1", "sha256": "0a" * 32}


async def _arrived(shop: Shop) -> str:
    """An order of seller a's over 12.00 that was delivered."""
    order: str = (await shop.bought(("a", 1)))["orders"][0]["id"]
    parcel = (await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a"))["id"]
    await shop.made(f"/api/parcels/{parcel}/events", {"kind": "delivered"}, "a")
    return order


def _claim(**more: Any) -> dict[str, Any]:
    return {"kind": "not_as_described", "text": "It flickers.", "amount": 500, **more}


async def test_a_dispute_from_the_claim_to_the_ruling(shop: Shop) -> None:
    order = await _arrived(shop)
    made = await shop.made(f"/api/orders/{order}/disputes", _claim(files=[_FILE]), "buyer")
    assert (made["amount"], made["currency"]) == (500, "EUR")
    path = f"/api/disputes/{made['id']}"
    await shop.made(f"{path}/evidence", {"text": "Not with us."}, "a")
    no = {"accept": False, "text": "It is the bulb."}
    assert (await shop.made(f"{path}/answer", no, "a"))["state"] == "answered"
    escalated = await shop.made(f"{path}/escalation", {"text": "It is not."}, "buyer")
    assert escalated == {
        "state": "under_review", "refunded": 0, "currency": "EUR", "due_at": None,
    }  # fmt: skip
    ruling = {"refund": 300, "ruling": "Half a bulb.", "at_operators_cost": True}
    assert (await shop.made(f"{path}/ruling", ruling))["refunded"] == 300
    for who in ("a", "buyer", "operator"):
        seen = (await shop.get(path, who)).json()
        assert (seen["dispute"]["order"], seen["dispute"]["return"]) == (order, None)
        assert (seen["dispute"]["state"], seen["dispute"]["ruling"]) == ("ruled", "Half a bulb.")
        told = [(one["party"], one["text"]) for one in seen["evidence"]]
        assert told == [
            ("buyer", "It flickers."), ("seller", "Not with us."), ("seller", "It is the bulb."),
            ("buyer", "It is not."),
        ]  # fmt: skip
        assert seen["evidence"][0]["files"] == [_FILE]
    assert (await shop.get(f"/api/orders/{order}", "a")).json()["state"] == "settled"


async def test_only_the_parties_see_and_touch_a_dispute(shop: Shop) -> None:
    order = await _arrived(shop)
    foreign = await shop.post(f"/api/orders/{order}/disputes", _claim(), "other")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_order")
    rma = (
        await shop.made(
            f"/api/orders/{order}/returns",
            {"lines": [{"no": 1, "units": 1}], "reason": "other"}, "buyer",
        )
    )["id"]  # fmt: skip
    no = {"approve": False, "reason": "no"}
    await shop.made(f"/api/returns/{rma}/decision", no, "a")
    body = _claim(**{"return": rma})
    dispute = (await shop.made(f"/api/orders/{order}/disputes", body, "buyer"))["id"]
    for who in ("b", "other"):
        assert (await shop.get(f"/api/disputes/{dispute}", who)).status_code == 404
        said = await shop.post(f"/api/disputes/{dispute}/evidence", {"text": "Me too!"}, who)
        assert (said.status_code, said.json()["code"]) == (404, "unknown_dispute")
        assert (await shop.get("/api/disputes", who)).json() == {"disputes": [], "next": None}
    whose = f"?seller={shop.ids['a']}", f"?buyer={shop.ids['buyer']}", "?limit=200"
    for who, query in (("a", ""), ("buyer", ""), *(("operator", one) for one in whose)):
        listed = (await shop.get(f"/api/disputes{query}", who)).json()["disputes"]
        assert listed[0]["id"] == dispute
        assert listed[0]["return"] == rma
    for who in ("a", "buyer"):
        own = await shop.post(f"/api/disputes/{dispute}/ruling", {"refund": 0, "ruling": "Me"}, who)
        assert (own.status_code, own.json()["code"]) == (403, "wrong_party")


async def test_refusals_say_what_is_left(shop: Shop) -> None:
    order = await _arrived(shop)
    much = await shop.post(f"/api/orders/{order}/disputes", _claim(amount=1201), "buyer")
    assert (much.status_code, much.json()["detail"]) == (409, "12.00 EUR of the order is left.")
    path = f"/api/orders/{order}/disputes"
    bad = await shop.post(path, _claim(files=[{**_FILE, "sha256": "x"}]), "buyer")
    assert (bad.status_code, bad.json()["pointer"]) == (422, "/files/0/sha256")
    made = await shop.made(path, _claim(), "buyer")
    again = await shop.post(path, _claim(), "buyer")
    assert (again.status_code, again.json()["code"]) == (409, "disputed")
    ruling = f"/api/disputes/{made['id']}/ruling"
    over = await shop.post(ruling, {"refund": 501, "ruling": "All."})
    assert (over.json()["pointer"], over.json()["detail"]) == ("/refund", "5.00 EUR is disputed.")
    await shop.made(f"/api/disputes/{made['id']}/withdrawal", None, "buyer")
    late = await shop.post(ruling, {"refund": 1, "ruling": "x"})
    assert late.json()["detail"] == "A dispute that is closed cannot be ruled on."


async def test_disputes_are_listed_page_by_page(shop: Shop) -> None:
    made = [
        (await shop.made(f"/api/orders/{await _arrived(shop)}/disputes", _claim(), "buyer"))["id"]
        for _ in range(3)
    ]
    page = (await shop.get("/api/disputes?limit=2", "a")).json()
    rest = (await shop.get(page["next"], "a")).json()
    assert [one["id"] for one in page["disputes"] + rest["disputes"]] == made[::-1]
    assert rest["next"] is None
