"""Invoices and credit notes: each month once, in numbers without a gap, over what was posted."""

from datetime import timedelta

import asyncpg
import pytest

from fondaco import billing, markets, orders, payments
from fondaco.billing import Bill, BillRefusal, BusinessRefusal, SetBusiness
from tests.world import World

OURS = {"name": "Nord GmbH", "address": "Hafen 1\n20457 Hamburg", "country": "DE"}
VAT = markets.FeePolicy(vat_numerator=19, vat_denominator=100)
JANUARY, FEBRUARY = "2026-01", "2026-02"


async def issuer(world: World, tax_id: str = "", prefix: str = "") -> str:
    """Say who runs the market; how its documents' numbers begin."""
    prefix = prefix or f"N{world.market:X}"[:20]
    wish = SetBusiness(party=world.market, prefix=prefix, tax_id=tax_id, by="operator", **OURS)
    await world.do(billing.set_business, wish)
    return prefix


def wish(world: World, seller: int, month: str = JANUARY) -> Bill:
    return Bill(market=world.market, seller=seller, month=month, by="operator")


async def read(world: World, number: str) -> billing.Document:
    found = await billing.document(world.database, number)
    assert found is not None
    assert await world.broken() == []
    return found


async def next_month(world: World) -> None:
    now = world.clock()
    begin = (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=1, minute=0, second=1)
    world.clock.advance(seconds=(begin - now).total_seconds())


async def test_an_invoice_then_a_credit_note_that_names_it(world: World) -> None:
    """100.00 at 10 % and 19 % on it; 5.00 a month; later half of it goes back."""
    await world.open_market(policy=VAT)
    prefix = await issuer(world, tax_id="DE136695976")
    seller = await world.seller()
    order = (await world.sell((await world.offer(seller, 50_00), 2))).orders[0].id
    charge = payments.ChargeSeller(seller=seller, market=world.market, amount=5_00, reason="Photos")
    await world.do(payments.charge_seller, charge)
    await next_month(world)
    done = await world.do(billing.bill, wish(world, seller))
    assert done.numbers == [f"{prefix}-2026-000001"]
    invoice = await read(world, done.numbers[0])
    assert (invoice.kind, invoice.net, invoice.vat, invoice.total) == ("invoice", 1500, 285, 1785)
    assert [(one.what, one.about, one.quantity, one.net, one.vat) for one in invoice.lines] == [
        ("commission", "", 1, 10_00, 1_90),
        ("one_off", "Photos", 1, 5_00, 95),
    ]
    assert invoice.issuer.tax_id == "DE136695976"
    assert (invoice.recipient.name, invoice.month) == ("Seller", JANUARY)

    part = orders.RefundLine(no=1, units=1)
    await world.do(orders.refund, orders.Refund(order=order, lines=(part,)))
    await next_month(world)
    done = await world.do(billing.bill, wish(world, seller, FEBRUARY))
    assert done.numbers == [f"{prefix}-C2026-000001"]
    note = await read(world, done.numbers[0])
    assert (note.kind, note.net, note.vat) == ("credit_note", 5_00, 95)
    assert [one.about for one in note.lines] == [invoice.number]


async def test_what_goes_back_in_its_own_month_is_on_both(world: World) -> None:
    prefix = await issuer(world)
    seller = await world.seller()
    order = (await world.sell((await world.offer(seller, 50_00), 2))).orders[0].id
    await world.do(orders.refund, orders.Refund(order=order))
    await next_month(world)
    done = await world.do(billing.bill, wish(world, seller))
    assert done.numbers == [f"{prefix}-2026-000001", f"{prefix}-C2026-000001"]
    note = await read(world, done.numbers[1])
    assert (note.net, note.lines[0].about) == (10_00, done.numbers[0])


async def test_rates_of_vat_are_told_apart(world: World) -> None:
    """The rate is the one of the day of the sale, not of the day of the invoice."""
    await world.open_market(policy=VAT)
    await issuer(world)
    seller = await world.seller()
    lamp = await world.offer(seller, 100_00)
    await world.sell(lamp)
    world.clock.advance(days=1)
    policy = markets.FeePolicy(vat_numerator=7, vat_denominator=100)
    change = markets.SetFeePolicy(market=world.market, policy=policy, valid_from=world.clock())
    await world.do(markets.set_fee_policy, change)
    world.clock.advance(seconds=1)
    await world.sell(lamp)
    await next_month(world)
    [number] = (await world.do(billing.bill, wish(world, seller))).numbers
    lines = (await read(world, number)).lines
    assert [(one.vat_numerator, one.net, one.vat) for one in lines] == [
        (7, 10_00, 70), (19, 10_00, 1_90),
    ]  # fmt: skip


async def test_each_is_refused_that_cannot_be(world: World) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    early = await world.refused(billing.bill, wish(world, seller))
    assert early == BillRefusal.MONTH_NOT_OVER
    await next_month(world)
    assert await world.refused(billing.bill, wish(world, seller)) == BillRefusal.NO_ISSUER
    await issuer(world)
    assert await world.refused(billing.bill, wish(world, 64)) == BillRefusal.UNKNOWN_SELLER
    nowhere = Bill(market=64, seller=seller, month=JANUARY, by="x")
    assert await world.refused(billing.bill, nowhere) == BillRefusal.UNKNOWN_MARKET
    nothing = await world.refused(billing.bill, wish(world, seller, "2025-12"))
    assert nothing == BillRefusal.NOTHING_TO_BILL
    await world.do(billing.bill, wish(world, seller))
    assert await world.refused(billing.bill, wish(world, seller)) == BillRefusal.ALREADY_BILLED


async def test_a_batch_bills_each_seller_once_and_numbers_them_in_turn(world: World) -> None:
    prefix = await issuer(world)
    sellers = [await world.seller() for _ in range(3)]
    for seller in sellers:
        await world.sell(await world.offer(seller, 10_00))
    await next_month(world)
    wishes = [wish(world, seller) for seller in (*sellers, sellers[0])]
    *done, again = await world.batch(billing.bill, wishes)
    assert [one.numbers for one in done] == [[f"{prefix}-2026-{n:06}"] for n in (1, 2, 3)]
    assert again.code == BillRefusal.ALREADY_BILLED
    assert await world.broken() == []


async def test_a_month_is_invoiced_to_all_who_wait_for_it(world: World) -> None:
    await issuer(world)
    first, second = [await world.seller() for _ in range(2)]
    for seller in (first, second):
        await world.sell(await world.offer(seller, 10_00))
    await next_month(world)
    await world.do(billing.bill, wish(world, first))
    month = world.clock().date().replace(month=1, day=1)
    done = await billing.bill_month(world.database, world.market, month, "operator")
    assert (done.documents, done.refused) == (1, {"already_billed": 1})
    assert await world.broken() == []


async def test_the_month_that_ends_is_invoiced_by_itself_once(world: World) -> None:
    await issuer(world)
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    await next_month(world)
    for _ in range(2):
        await billing.bill_last_month(world.database)
        world.clock.advance(hours=1)
        rows = await billing.documents_of(world.database, seller, 2**63 - 1, 10)
        assert len(rows) == 1


async def test_months_before_the_operator_was_known_are_left_to_people(world: World) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    await next_month(world)
    await issuer(world)
    await billing.bill_last_month(world.database)
    assert await billing.documents_of(world.database, seller, 2**63 - 1, 10) == []


async def test_a_document_says_who_parties_were_for_ever(world: World) -> None:
    await issuer(world)
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    of_seller = SetBusiness(
        party=seller, name="Lampes SARL", address="Rue 1", country="FR",
        tax_id="FR 83 404 833 048", by="seller",
    )  # fmt: skip
    kept = await world.do(billing.set_business, of_seller)
    assert kept.tax_id == "FR83404833048"
    await next_month(world)
    await issuer(world, tax_id="DE136695976", prefix="X")
    [number] = (await world.do(billing.bill, wish(world, seller))).numbers
    renamed = SetBusiness(party=seller, name="New", address="A", country="FR", by="seller")
    await world.do(billing.set_business, renamed)
    found = await read(world, number)
    assert (found.recipient.name, found.reverse_charge) == ("Lampes SARL", True)
    with pytest.raises(asyncpg.PostgresError, match="never changes"):
        await world.rows("update billing.document set net = 1 where number = :n", n=number)


async def test_who_somebody_is_is_refused_where_it_cannot_be(world: World) -> None:
    prefix = await issuer(world)
    bad = SetBusiness(party=world.market, prefix="Q", tax_id="DE1", by="x", **OURS)
    assert await world.refused(billing.set_business, bad) == BusinessRefusal.UNKNOWN_TAX_ID
    await world.open_market()
    taken = SetBusiness(party=world.market, prefix=prefix, by="x", **OURS)
    assert await world.refused(billing.set_business, taken) == BusinessRefusal.PREFIX_TAKEN
    no_seller = SetBusiness(party=world.market, by="x", **OURS)
    assert await world.refused(billing.set_business, no_seller) == BusinessRefusal.UNKNOWN_SELLER
    no_market = SetBusiness(party=await world.seller(), prefix="Q", by="x", **OURS)
    assert await world.refused(billing.set_business, no_market) == BusinessRefusal.UNKNOWN_MARKET
