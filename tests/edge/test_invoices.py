"""Invoices over the API: issued by the operator, read by the seller they are for."""

from datetime import timedelta

from fondaco.kernel import SetClock, system_clock
from tests.edge.conftest import Shop
from tests.edge.test_reports import settled

ISSUER = {"name": "Nord GmbH", "address": "Hafen 1\n20457 Hamburg", "country": "DE"}


def month_after(shop: Shop) -> str:
    """Put the clock into the month after; which month it was."""
    now = system_clock()
    later = (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=2)
    shop.database.clock = SetClock(later)
    return f"{now:%Y-%m}"


async def test_an_invoice_is_read_by_its_seller_alone(shop: Shop) -> None:
    await settled(shop)
    asked = {"market": shop.ids["market"], "month": month_after(shop)}
    path = f"/api/sellers/{shop.ids['a']}/invoices"
    early = await shop.post(path, asked, "operator")
    assert (early.status_code, early.json()["code"]) == (409, "no_issuer")
    body = {**ISSUER, "prefix": "EDGE", "tax_id": "de 136 695 976"}
    who = f"/api/markets/{shop.ids['market']}/business"
    assert (await shop.made(who, body))["tax_id"] == "DE136695976"
    assert (await shop.get(who, "buyer")).json()["name"] == "Nord GmbH"
    assert (await shop.post(path, asked, "a")).status_code == 403
    [number] = (await shop.made(path, asked))["numbers"]
    again = await shop.post(path, asked)
    assert (again.status_code, again.json()["code"]) == (409, "already_billed")
    shown = (await shop.get(f"/api/invoices/{number}", "a")).json()
    assert (shown["total"], shown["lines"][0]["quantity"]) == (1_00, 1)
    assert shown["issuer"]["tax_id"] == "DE136695976"
    for form, begin in (("csv", b"number,kind"), ("pdf", b"%PDF")):
        answer = await shop.get(f"/api/invoices/{number}?format={form}", "a")
        assert answer.content.startswith(begin)
    listed = (await shop.get(path, "a")).json()["documents"]
    assert [one["number"] for one in listed] == [number]
    for stranger in (f"/api/invoices/{number}", path):
        assert (await shop.get(stranger, "b")).status_code == 404
    assert (await shop.get(f"/api/invoices/{number}", "buyer")).status_code == 403
    assert (await shop.get("/api/invoices/EDGE-2026-999999")).status_code == 404


async def test_a_seller_says_who_it_is_itself(shop: Shop) -> None:
    path = f"/api/sellers/{shop.ids['a']}/business"
    assert (await shop.get(path, "a")).status_code == 404
    body = {"name": "Lampes SARL", "address": "Rue 1", "country": "FR"}
    stranger = await shop.post(path, body, "b")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_seller")
    await shop.made(path, body, "a")
    assert (await shop.get(path, "a")).json() == {**body, "tax_id": ""}
    assert (await shop.get(path, "b")).status_code == 404
    bad = await shop.post(path, {**body, "tax_id": "FR1"}, "a")
    assert (bad.status_code, bad.json()["pointer"]) == (422, "/tax_id")
    bad = await shop.post(path, {**body, "country": "France"}, "a")
    assert (bad.status_code, bad.json()["pointer"]) == (422, "/country")


async def test_a_market_says_its_time_zone(shop: Shop) -> None:
    body = {"slug": "tz", "name": "Osaka", "currency": "JPY", "fee": {"numerator": 10}}
    for zone, code in (("Asia/Nowhere", "unknown_time_zone"), ("+09:00", "invalid_body")):
        answer = await shop.post("/api/markets", {**body, "time_zone": zone})
        told = answer.json()
        assert (answer.status_code, told["code"], told["pointer"]) == (422, code, "/time_zone")
    made = await shop.made("/api/markets", {**body, "time_zone": "Asia/Tokyo"})
    shown = (await shop.get(f"/api/markets/{made['id']}")).json()
    assert shown["time_zone"] == "Asia/Tokyo"
    ours = (await shop.get(f"/api/markets/{shop.ids['market']}")).json()
    assert ours["time_zone"] == "UTC"
