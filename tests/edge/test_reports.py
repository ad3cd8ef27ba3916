"""The books over the API: for the operator all, for a seller its own."""

from datetime import timedelta

from fondaco.kernel import system_clock
from tests.edge.conftest import Shop


async def settled(shop: Shop) -> str:
    """An order of seller a's that settled: 12.00 at 10 % of 10.00."""
    order = (await shop.bought())["orders"][0]["id"]
    parcel = await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a")
    await shop.made(f"/api/parcels/{parcel['id']}/events", {"kind": "delivered"}, "a")
    await shop.made(f"/api/orders/{order}/confirmation", {}, "buyer")
    return str(order)


def month(**more: str) -> dict[str, str]:
    now = system_clock()
    return {
        "currency": "EUR", "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=1)).isoformat(), **more,
    }  # fmt: skip


async def test_a_statement_as_json_csv_and_pdf(shop: Shop) -> None:
    order = await settled(shop)
    path = f"/api/sellers/{shop.ids['a']}/statement"
    shown = (await shop.http.get(path, params=month(), headers=shop.key("a"))).json()
    [line] = shown["lines"]
    assert (line["reference"], line["gross"], line["net"]) == (order, 12_00, 11_00)
    assert shown["closing"] == {"payable": 11_00}
    for form, begin in (("csv", b"time,kind"), ("pdf", b"%PDF")):
        answer = await shop.http.get(path, params=month(format=form), headers=shop.key("a"))
        assert answer.content.startswith(begin)
        assert f'.{form}"' in answer.headers["content-disposition"]
    for wrong, code in (
        (month(currency="XXY"), "unknown_currency"),
        (month(until=month()["since"]), "bad_period"),
        (month(since="yesterday"), "invalid_parameter"),
        (month(since="0001-01-01T00:00:00+14:00"), "invalid_parameter"),
        (month(until="9999-12-31T23:59:59-12:00"), "invalid_parameter"),
    ):
        answer = await shop.http.get(path, params=wrong, headers=shop.key("a"))
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"] == code
    other = await shop.http.get(path, params=month(), headers=shop.key("b"))
    assert (other.status_code, other.json()["code"]) == (404, "unknown_seller")


async def test_entries_page_by_page(shop: Shop) -> None:
    for _ in range(3):
        await settled(shop)
    seen, path = [], f"/api/accounts/payable/entries?subject={shop.ids['a']}&limit=2"
    while path:
        page = (await shop.get(path, "a")).json()
        seen += page["entries"]
        path = page["next"]
    assert [one["balance"] for one in seen] == [-11_00, -22_00, -33_00]
    other = await shop.get(f"/api/accounts/payable/entries?subject={shop.ids['a']}", "b")
    assert other.status_code == 404


async def test_the_trial_balance_is_the_operators(shop: Shop) -> None:
    await settled(shop)
    now = (await shop.get("/api/trial-balance")).json()["lines"]
    assert sum(one["balance"] for one in now) == 0
    then = (await shop.get("/api/trial-balance?at=2001-01-01T00:00:00Z")).json()
    assert then["lines"] == []
    assert (await shop.get("/api/trial-balance", "a")).status_code == 403
