"""Providers' reports against the journal: breaks are found, kept, and booked once."""

from datetime import date, timedelta

import pytest

from fondaco import orders, payments
from fondaco.kernel.ids import show
from fondaco.payments import PayOut
from fondaco.payments.breaks import resolve_break
from fondaco.payments.payout_decisions import return_payout
from fondaco.payments.providers.bank import Bank
from fondaco.payments.providers.base import ReportLine, Unable
from fondaco.payments.reconcile_model import BookTo, ResolveBreak
from tests.payments.comparing import Telling, altered, compared, told
from tests.payments.paying import came_back, paid
from tests.world import World


async def breaks(world: World, day: date, name: str) -> list[tuple[str, str, int, str]]:
    rows = await payments.breaks_of(world.database, name, day)
    return [(row["kind"], row["key"], row["difference"], row["state"]) for row in rows]


async def own_day(world: World, days: int) -> date:
    """A day that no other test books anything of."""
    world.clock.time = world.clock() + timedelta(days=days)
    return world.clock().date()


async def sold(world: World, count: int, price: int) -> list[int]:
    """Payments that were captured."""
    offer = await world.offer(await world.seller(), price, units=count)
    placed = await world.batch(orders.place, [world.basket(offer) for _ in range(count)])
    facts = [
        orders.RecordPayment(
            payment=one.payments[0], result=orders.Paid.CAPTURED, amount=one.total,
            currency="EUR", fee=30,
        )
        for one in placed
    ]  # fmt: skip
    answers = await world.batch(orders.record_payment, facts)
    assert all(answer.applied for answer in answers)
    return [one.payments[0] for one in placed]


async def test_scenario_20_a_file_of_a_thousand_rows_has_exactly_three_breaks(
    world: World,
) -> None:
    day = await own_day(world, 1000)
    paid_in = await sold(world, 1000, 25_00)
    lines = [told(one, 25_00, world.clock(), fee=30) for one in paid_in]
    missing, off, twice = paid_in[17], paid_in[501], paid_in[998]
    file = [altered(one, 1) if one.key == show("pay", off) else one for one in lines]
    file = [one for one in file if one.key != show("pay", missing)]
    file.append(next(one for one in lines if one.key == show("pay", twice)))
    assert len(file) == 1000
    world.clock.time = world.clock() + timedelta(days=3)
    done = await compared(world, file, day)
    assert (done.lines, done.matched, done.breaks) == (1000, 998, 3)
    assert sorted(await breaks(world, day, "sandbox")) == sorted(
        [
            ("missing_with_them", show("pay", missing), -24_70, "open"),
            ("amount_differs", show("pay", off), 1, "open"),
            ("duplicate", show("pay", twice), 24_70, "open"),
        ]
    )


async def test_scenario_20_a_payout_that_the_bank_returns_is_owed_again_and_sent_once(
    world: World,
) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 108_00))
    payout = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    assert payout.amount == 97_20
    await paid(world, payout)
    assert await world.balance("payable", seller) == 0
    await world.do(return_payout, came_back(payout))
    assert await world.balance("payable", seller) == 97_20
    assert await world.refused(return_payout, came_back(payout)) == "not_paid"
    again = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    assert (again.amount, again.id != payout.id) == (97_20, True)
    assert await world.refused(payments.pay_out, PayOut(seller=seller, currency="EUR"))


async def test_refunds_payouts_and_chargebacks_fit_too(world: World) -> None:
    day = await own_day(world, 1100)
    seller = await world.seller()
    offer = await world.offer(seller, 50_00)
    sale, back, taken = [await world.buy(offer) for _ in range(3)]
    await world.deliver(sale.orders[0].id)
    await world.confirm(sale.orders[0].id)
    await world.do(orders.refund, orders.Refund(order=back.orders[0].id))
    [refund] = await world.refunds(back)
    fact = payments.RefundFact(refund=refund["id"], succeeded=True, amount=50_00, currency="EUR")
    await world.do(payments.record_refund, fact)
    payout = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    await paid(world, payout)
    at = world.clock()
    await world.do(
        orders.record_chargeback,
        orders.RecordChargeback(
            payment=taken.payments[0],
            reference="dp 1",
            stage=orders.Stage.OPEN,
            amount=20_00,
            currency="EUR",
            fee=15_00,
        ),
    )
    lines = [
        *(told(one.payments[0], 50_00, at) for one in (sale, back, taken)),
        ReportLine(show("ref", refund["id"]), "refunded", -50_00, 0, "EUR", at),
        ReportLine(show("out", payout.id), "paid_out", -payout.amount, 0, "EUR", at),
        ReportLine(show("pay", taken.payments[0]), "dispute_opened", -20_00, 15_00, "EUR", at),
    ]
    provider = Telling("sandbox", lines)
    done = await payments.reconcile(world.database, provider, day, pays_out=True)
    assert (done.lines, done.matched, done.breaks) == (6, 6, 0)


async def test_a_line_of_long_ago_is_found_in_the_books(world: World) -> None:
    day = await own_day(world, 1200)
    [payment] = await sold(world, 1, 10_00)
    world.clock.time = world.clock() + timedelta(days=40)
    late = world.clock()
    done = await compared(world, [told(payment, 10_00, late, fee=30)], late.date())
    assert (done.matched, done.breaks) == (1, 0)
    assert (await compared(world, [], day)).breaks == 1


async def test_comparing_again_clears_what_came_meanwhile_and_keeps_what_was_resolved(
    world: World,
) -> None:
    day = await own_day(world, 1300)
    one, other = await sold(world, 2, 10_00)
    key, at = show("pay", one), world.clock()
    assert (await compared(world, [], day)).breaks == 2
    assert {row[0] for row in await breaks(world, day, "sandbox")} == {"in_flight"}
    world.clock.time = at + timedelta(days=2)
    lines = [told(one, 10_01, at, fee=30), told(other, 10_00, at, fee=30)]
    await compared(world, lines, day)
    open_ = [row for row in await breaks(world, day, "sandbox") if row[3] == "open"]
    assert open_ == [("amount_differs", key, 1, "open")]
    [found] = [
        row for row in await payments.breaks_of(world.database, "sandbox", day)
        if row["state"] == "open"
    ]  # fmt: skip
    wish = ResolveBreak(id=found["id"], note="rounded by them", by="ann", book=BookTo.ROUNDING)
    assert (await world.do(resolve_break, wish)).booked == 1
    assert await world.balance("rounding", found["id"]) == 1
    assert await world.balance("psp_receivable", found["id"]) == -1
    await compared(world, lines, day)
    assert {row[3] for row in await breaks(world, day, "sandbox")} == {"cleared", "resolved"}
    assert await world.balance("rounding", found["id"]) == 1


async def test_a_break_is_resolved_once_and_for_a_reason(world: World) -> None:
    day = await own_day(world, 1400)
    one, _ = await sold(world, 2, 10_00)
    await compared(world, [told(one, 10_30, world.clock(), fee=60)], day)
    rows = await payments.breaks_of(world.database, "sandbox", day)
    found = {row["kind"]: row["id"] for row in rows}

    def wish(id_: int, book: BookTo | None = None) -> ResolveBreak:
        return ResolveBreak(id=id_, note="seen", by="ann", book=book)

    resolve = resolve_break
    flying, split = found["in_flight"], found["amount_differs"]
    assert await world.refused(resolve, wish(1)) == "unknown_break"
    assert await world.refused(resolve, wish(flying, BookTo.FEE)) == "still_in_flight"
    assert await world.refused(resolve, wish(split, BookTo.FEE)) == "nothing_to_book"
    first, second = await world.batch(resolve, [wish(split), wish(split)])
    assert (first.booked, second.code) == (0, "not_open")


async def test_a_fee_of_the_providers_own_is_booked_against_what_it_owes(world: World) -> None:
    day = await own_day(world, 1500)
    fee = ReportLine("", "account_fee", -2_50, 0, "EUR", world.clock(), "fee 1")
    await compared(world, [fee], day)
    [row] = await payments.breaks_of(world.database, "sandbox", day)
    wish = ResolveBreak(id=row["id"], note="monthly fee", by="ann", book=BookTo.FEE)
    await world.do(resolve_break, wish)
    assert await world.balance("psp_fee", row["id"]) == -2_50
    assert await world.balance("psp_receivable", row["id"]) == 2_50


async def test_what_cannot_be_compared_is_said(world: World) -> None:
    tomorrow = world.clock().date() + timedelta(days=1)
    with pytest.raises(ValueError, match="has not begun"):
        await compared(world, [], tomorrow)
    bank = Bank("DE89370400440532013000", "Fondaco")
    with pytest.raises(Unable):
        await payments.reconcile(world.database, bank, world.clock().date(), pays_out=False)
