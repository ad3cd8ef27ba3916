"""Reconciliation over the API: the operator compares a day and resolves what did not fit."""

from fondaco.kernel import system_clock
from fondaco.payments.providers.base import Charge
from tests.edge.conftest import Shop


async def test_a_day_is_compared_and_its_break_resolved(shop: Shop) -> None:
    unknown = Charge("pay_of_somebody_else", 1234, "EUR", "tok_ok")
    await shop.sandbox.charge([unknown])
    day = system_clock().date().isoformat()
    seen = await shop.made("/api/reconciliations", {"provider": "sandbox", "day": day})
    [found] = [one for one in seen["breaks"] if one["key"] == unknown.key]
    assert (found["kind"], found["state"]) == ("missing_with_us", "open")
    assert found["reason"].endswith("is not booked.")
    listed = (await shop.get(f"/api/breaks?provider=sandbox&day={day}")).json()["breaks"]
    assert found in listed
    assert found["difference"] == found["theirs"]
    path = f"/api/breaks/{found['id']}/resolution"
    body = {"note": "of another shop", "book": "payment_difference"}
    assert await shop.made(path, body) == {"booked": found["difference"]}
    again = await shop.post(path, body)
    assert (again.status_code, again.json()["code"]) == (409, "not_open")
    still_open = (await shop.get("/api/breaks?limit=200")).json()["breaks"]
    assert found["id"] not in [one["id"] for one in still_open]


async def test_bad_questions_are_answered_precisely(shop: Shop) -> None:
    path, day = "/api/reconciliations", "2026-01-05"
    for body, status, pointer in (
        ({"provider": "nobody", "day": day}, 422, "/provider"),
        ({"provider": "wallet", "day": day}, 422, "/provider"),
        ({"provider": "sandbox", "day": "2999-01-01"}, 422, "/day"),
        ({"provider": "sandbox", "day": "today"}, 422, "/day"),
    ):
        answer = await shop.post(path, body)
        assert (answer.status_code, answer.json()["pointer"]) == (status, pointer)
    gone = await shop.post("/api/breaks/brk_0000000000000/resolution", {"note": "x"})
    assert gone.status_code == 404


async def test_breaks_are_the_operators_alone(shop: Shop) -> None:
    for who in ("a", "buyer"):
        assert (await shop.get("/api/breaks", who)).status_code == 403
        body = {"provider": "sandbox", "day": "2026-01-05"}
        assert (await shop.post("/api/reconciliations", body, who)).status_code == 403
