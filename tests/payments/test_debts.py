"""A seller's reserve and debt: kept back and released, met by sales, paid or given up."""

from datetime import date
from typing import Any

import pytest

from fondaco import payments
from fondaco.payments import DebtRefusal, ReserveRefusal
from tests.payments.owing import account, bond, charge, pay_out, refunded, reserve, sold
from tests.world import World


async def tranches(world: World, seller: int) -> list[tuple[date, int]]:
    kept = (await payments.account_of(world.database, seller)).reserve
    return [(one.release_on, one.amount) for one in kept]


async def test_part_of_a_sale_is_kept_back_until_its_day(world: World) -> None:
    seller = await world.seller()
    await reserve(world, 10, 7)
    await sold(world, seller, 100_00)
    await sold(world, seller, 50_05)
    assert await account(world, seller) == (121_54, 13_50, 0, 0)
    assert await tranches(world, seller) == [(date(2026, 1, 12), 13_50)]
    world.clock.advance(days=6)
    await payments.release_due(world.database)
    assert await tranches(world, seller) == [(date(2026, 1, 12), 13_50)]
    await sold(world, seller, 10_00)
    world.clock.advance(days=1)
    await payments.release_due(world.database)
    assert await tranches(world, seller) == [(date(2026, 1, 18), 90)]
    assert await account(world, seller) == (143_14, 90, 0, 0)


async def test_a_seller_s_own_terms_come_before_the_market_s(world: World) -> None:
    trusted, other = await world.seller(), await world.seller()
    await reserve(world, 10, 7)
    await reserve(world, 0, 7, trusted)
    for seller, kept in ((trusted, 0), (other, 9_00)):
        await sold(world, seller, 100_00)
        assert (await account(world, seller))[1] == kept
    await reserve(world, 50, 30, trusted)
    await sold(world, trusted, 100_00)
    assert await tranches(world, trusted) == [(date(2026, 2, 4), 45_00)]


async def test_a_refund_draws_on_what_is_payable_then_the_reserve_then_is_debt(
    world: World,
) -> None:
    seller = await world.seller()
    await reserve(world, 10, 7)
    first = await sold(world, seller, 100_00)
    world.clock.advance(days=1)
    second = await sold(world, seller, 100_00)
    assert await pay_out(world, seller) == 162_00
    await refunded(world, first)
    assert await account(world, seller) == (0, 0, 0, 72_00)
    assert await tranches(world, seller) == []
    await refunded(world, second)
    assert await account(world, seller) == (0, 0, 0, 162_00)
    world.clock.advance(days=10)
    await payments.release_due(world.database)
    assert await account(world, seller) == (0, 0, 0, 162_00), "what was drawn is not released"


async def test_the_tranche_that_is_free_soonest_is_drawn_on_first(world: World) -> None:
    seller = await world.seller()
    await reserve(world, 50, 7)
    small = await sold(world, seller, 10_00)
    world.clock.advance(days=1)
    await sold(world, seller, 10_00)
    await pay_out(world, seller)
    await refunded(world, small)
    assert await tranches(world, seller) == []
    assert await account(world, seller) == (0, 0, 0, 0)


async def test_a_debt_is_met_before_anything_is_kept_back_and_out_of_what_comes_free(
    world: World,
) -> None:
    seller = await world.seller()
    await reserve(world, 100, 7)
    await charge(world, seller, 50_00)
    await sold(world, seller, 100_00)
    assert await account(world, seller) == (0, 40_00, 0, 0)
    await charge(world, seller, 15_00)
    assert await account(world, seller) == (0, 40_00, 0, 15_00), "a charge draws on no reserve"
    world.clock.advance(days=7)
    wish = payments.ReleaseReserve(seller=seller, currency="EUR", release_on=date(2026, 1, 12))
    done = await world.do(payments.release_reserve, wish)
    assert (done.amount, done.netted) == (40_00, 15_00)
    assert await account(world, seller) == (25_00, 0, 0, 0)
    assert await world.refused(payments.release_reserve, wish) == ReserveRefusal.NOT_DUE


async def test_nothing_is_released_before_its_day(world: World) -> None:
    seller = await world.seller()
    await reserve(world, 10, 7)
    await sold(world, seller, 100_00)
    wish = payments.ReleaseReserve(seller=seller, currency="EUR", release_on=date(2026, 1, 12))
    assert await world.refused(payments.release_reserve, wish) == ReserveRefusal.NOT_DUE


async def test_reserve_and_bond_share_a_sale(world: World) -> None:
    seller = await world.seller()
    await reserve(world, 60, 7)
    await bond(world, seller, 1000_00, numerator=60)
    await sold(world, seller, 100_00)
    assert await account(world, seller) == (0, 54_00, 36_00, 0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"market": 64}, ReserveRefusal.UNKNOWN_MARKET),
        ({"seller": 64}, ReserveRefusal.UNKNOWN_SELLER),
        ({"numerator": 101}, ReserveRefusal.BAD_RATE),
    ],
)
async def test_refuses_reserve_terms_that_cannot_be(
    world: World, wrong: dict[str, Any], code: ReserveRefusal
) -> None:
    usual = {"market": world.market, "numerator": 1, "days": 1}
    wish = payments.SetReserve(**(usual | wrong))
    assert await world.refused(payments.set_reserve, wish) == code


async def test_a_debt_is_paid_in_parts_and_the_rest_given_up(world: World) -> None:
    seller = await world.seller()
    await charge(world, seller, 50_00)
    paid = payments.RecordRecovery(seller=seller, currency="EUR", amount=20_00, reference="bank 7")
    done = await world.do(payments.record_recovery, paid)
    assert (done.amount, done.left) == (20_00, 30_00)
    lost = payments.WriteOff(seller=seller, currency="EUR", reason="insolvent")
    assert (await world.do(payments.write_off, lost)).amount == 30_00
    assert await account(world, seller) == (0, 0, 0, 0)
    assert await world.balance("bad_debt", seller) == -30_00
    assert (await payments.account_of(world.database, seller)).debts == []
    rows = await payments.seller_moves_of(world.database, seller, 0, 10)
    assert [(row["kind"], row["reason"]) for row in rows] == [
        ("recovery", "bank 7"), ("write_off", "insolvent"),
    ]  # fmt: skip


@pytest.mark.parametrize("paid", [True, False])
async def test_no_more_than_the_debt_is_paid_or_given_up(world: World, paid: bool) -> None:
    async def refused(seller: int) -> str:
        if paid:
            wish = payments.RecordRecovery(
                seller=seller, currency="EUR", amount=50_01, reference="x"
            )
            return await world.refused(payments.record_recovery, wish)
        lost = payments.WriteOff(seller=seller, currency="EUR", amount=50_01, reason="x")
        return await world.refused(payments.write_off, lost)

    seller = await world.seller()
    assert await refused(64) == DebtRefusal.UNKNOWN_SELLER
    assert await refused(seller) == DebtRefusal.NO_DEBT
    await charge(world, seller, 50_00)
    assert await refused(seller) == DebtRefusal.OVER_DEBT


async def test_debts_are_told_by_age_the_oldest_met_first(world: World) -> None:
    seller = await world.seller()
    for amount in (30_00, 20_00, 10_00):
        await charge(world, seller, amount)
        world.clock.advance(days=10)
    paid = payments.RecordRecovery(seller=seller, currency="EUR", amount=35_00, reference="x")
    await world.do(payments.record_recovery, paid)
    found = await payments.account_of(world.database, seller)
    ages = [((world.clock() - one.since).days, one.amount) for one in found.debts]
    assert ages == [(20, 15_00), (10, 10_00)]
    assert sum(one.amount for one in found.debts) == found.balances["receivable"]["EUR"]


async def test_scenario_3_the_next_payout_is_net_of_a_debt_that_else_stays_visible(
    world: World,
) -> None:
    """A debt of 82.80 and a sale of 200.00 at 10 %: the payout is 97.20."""
    seller = await world.seller()
    await charge(world, seller, 82_80)
    assert await account(world, seller) == (0, 0, 0, 82_80)
    nothing = payments.PayOut(seller=seller, currency="EUR")
    assert await world.refused(payments.pay_out, nothing) == payments.PayoutRefusal.NOTHING_OWED
    await sold(world, seller, 200_00)
    assert await pay_out(world, seller) == 97_20
    assert await account(world, seller) == (0, 0, 0, 0)


async def test_a_payout_that_comes_back_meets_a_debt_before_it_goes_out_again(
    world: World,
) -> None:
    seller = await world.seller()
    await sold(world, seller, 100_00)
    out = await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    await charge(world, seller, 30_00)
    back = payments.PayoutFact(payout=out.id, paid=False, amount=90_00, currency="EUR")
    await world.do(payments.record_payout, back)
    over = payments.PayOut(seller=seller, currency="EUR", amount=60_01)
    assert await world.refused(payments.pay_out, over) == payments.PayoutRefusal.OVER_BALANCE
    assert await pay_out(world, seller) == 60_00
    assert await account(world, seller) == (0, 0, 0, 0)
