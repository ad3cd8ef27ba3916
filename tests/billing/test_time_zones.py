"""Months of invoices and days of tax rates begin at the midnight of the market's time zone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from fondaco import billing, markets, orders, payments
from fondaco.insight import begins, month_before
from fondaco.markets import OpenMarket, OpenRefusal, Prices, Remitter, SetTaxRate, TaxPolicy
from tests.billing.test_bill import VAT, issuer, read, wish
from tests.world import TEN_PERCENT, World

TOKYO = "Asia/Tokyo"


def until(world: World, when: str) -> None:
    """Let time pass until an instant."""
    passed = datetime.fromisoformat(when).replace(tzinfo=UTC) - world.clock()
    assert passed > timedelta(0)
    world.clock.advance(seconds=passed.total_seconds())


async def test_a_months_first_and_last_hours_are_the_markets_own(world: World) -> None:
    """Tokyo is nine hours ahead: its February begins at 15:00 UTC on the 31st of January."""
    await world.open_market(time_zone=TOKYO, policy=VAT)
    prefix = await issuer(world)
    seller = await world.seller()
    until(world, "2026-01-31 14:59:59")
    await world.sell(await world.offer(seller, 10_00))
    until(world, "2026-01-31 15:00:00")
    late = (await world.sell(await world.offer(seller, 20_00))).orders[0].id
    refusal = await world.refused(billing.bill, wish(world, seller))
    assert refusal == billing.BillRefusal.MONTH_NOT_OVER
    until(world, "2026-01-31 16:00:00")
    [january] = (await world.do(billing.bill, wish(world, seller))).numbers
    first = await read(world, january)
    assert (first.net, first.month, first.issued_on) == (1_00, "2026-01", date(2026, 2, 1))
    until(world, "2026-02-28 15:00:00")
    await world.do(orders.refund, orders.Refund(order=late))
    until(world, "2026-03-31 16:00:00")
    [february] = (await world.do(billing.bill, wish(world, seller, "2026-02"))).numbers
    [march] = (await world.do(billing.bill, wish(world, seller, "2026-03"))).numbers
    assert (await read(world, february)).net == 2_00
    credited = await read(world, march)
    assert (credited.kind, credited.net) == ("credit_note", 2_00)
    assert [line.about for line in credited.lines] == [february]
    assert february == f"{prefix}-2026-000002"


async def test_charges_and_the_year_of_a_number_go_by_the_zone(world: World) -> None:
    await world.open_market(time_zone=TOKYO, policy=VAT)
    prefix = await issuer(world)
    seller = await world.seller()
    until(world, "2026-12-31 14:00:00")
    charge = payments.ChargeSeller(seller=seller, market=world.market, amount=5_00, reason="Photos")
    await world.do(payments.charge_seller, charge)
    until(world, "2026-12-31 16:00:00")
    done = await world.do(billing.bill, wish(world, seller, "2026-12"))
    assert done.numbers == [f"{prefix}-2027-000001"]
    document = await read(world, done.numbers[0])
    assert (document.net, document.issued_on) == (5_00, date(2027, 1, 1))
    assert document.issued_at == world.clock()


async def test_each_market_is_invoiced_as_its_own_month_ends(world: World) -> None:
    sellers = {}
    for zone in (TOKYO, "UTC", "America/New_York"):
        await world.open_market(time_zone=zone)
        await issuer(world)
        sellers[zone] = await world.seller()
        await world.sell(await world.offer(sellers[zone], 10_00))
    ends = {
        "2026-01-31 16:00:00": {TOKYO},
        "2026-02-01 01:00:00": {TOKYO, "UTC"},
        "2026-02-01 05:59:59": {TOKYO, "UTC"},
        "2026-02-01 06:10:00": set(sellers),
        "2026-02-27 06:00:00": set(sellers),
    }
    for when, expected in ends.items():
        until(world, when)
        await billing.bill_last_month(world.database)
        billed = set()
        for zone, seller in sellers.items():
            rows = await billing.documents_of(world.database, seller, 2**63 - 1, 10)
            assert len(rows) <= 1
            billed |= {zone} if rows else set()
        assert billed == expected, when
    assert await world.broken() == []


async def test_a_month_that_begins_with_an_hour_twice_begins_with_the_first(world: World) -> None:
    """In Havana clocks go back from 01:00 to 00:00 on the first of November 2026."""
    await world.open_market(time_zone="America/Havana", policy=VAT)
    await issuer(world)
    seller = await world.seller()
    for when in ("2026-11-01 03:59:00", "2026-11-01 04:30:00", "2026-11-01 05:30:00"):
        until(world, when)
        charge = payments.ChargeSeller(
            seller=seller, market=world.market, amount=1_00, reason=when[-8:-3]
        )
        await world.do(payments.charge_seller, charge)
    until(world, "2026-12-02 00:00:00")
    billed = []
    for month in ("2026-10", "2026-11"):
        [number] = (await world.do(billing.bill, wish(world, seller, month))).numbers
        billed.append([line.about for line in (await read(world, number)).lines])
    assert billed == [["03:59"], ["04:30", "05:30"]]


async def test_a_rate_of_tax_holds_from_the_markets_midnight(world: World) -> None:
    for percent, day in ((10, date(2026, 1, 1)), (20, date(2026, 2, 1))):
        rate = SetTaxRate(country="QW", numerator=percent, denominator=100, valid_from=day)
        await world.do(markets.set_tax_rate, rate)
    home = TaxPolicy(prices=Prices.EXCLUSIVE, remitter=Remitter.SELLER, country="QW")
    offers = {}
    for zone in (TOKYO, "UTC"):
        await world.open_market(tax=home, time_zone=zone)
        offers[zone] = world.market, await world.offer(await world.seller(), 10_00)
    until(world, "2026-01-31 20:00:00")
    totals = {}
    for zone, (world.market, offer) in offers.items():
        totals[zone] = (await world.place(offer)).total
    assert totals == {TOKYO: 12_00, "UTC": 11_00}


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "America/Argentina", "Etc/Unknown"])
async def test_a_zone_that_there_is_not_is_refused(world: World, zone: str) -> None:
    opening = OpenMarket(
        slug=f"m-{uuid4().hex}", name="M", currency="EUR", fee=TEN_PERCENT, time_zone=zone
    )
    assert await world.refused(markets.open_market, opening) == OpenRefusal.UNKNOWN_TIME_ZONE


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"])
async def test_a_zone_that_there_is_is_kept(world: World, zone: str) -> None:
    id_ = await world.open_market(time_zone=zone)
    market = (await markets.markets(world.database, [id_]))[id_]
    assert market.time_zone == zone


def test_months_begin_and_follow_each_other() -> None:
    assert begins(date(2026, 2, 1)) == datetime(2026, 2, 1, tzinfo=UTC)
    assert begins(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)
