"""A seller's bond: paid in or withheld up to its target, drawn on by its rules, given back."""

from datetime import timedelta
from typing import Any

import pytest

from fondaco import payments
from fondaco.payments import BondRefusal
from tests.payments.owing import account, bond, charge, deposit, pay_out, refunded, sold
from tests.world import World


async def test_a_bond_is_paid_in_up_to_its_target(world: World) -> None:
    seller = await world.seller()
    assert await bond(world, seller, 100_00) == 100_00
    await deposit(world, seller, 60_00)
    assert await account(world, seller) == (0, 0, 60_00, 0)
    [standing] = (await payments.account_of(world.database, seller)).bonds
    assert (standing.target, standing.missing) == (100_00, 40_00)
    over = payments.DepositBond(seller=seller, currency="EUR", amount=40_01, reference="x")
    assert await world.refused(payments.deposit_bond, over) == BondRefusal.OVER_TARGET
    assert await bond(world, seller, 50_00) == 0


async def test_sales_fill_a_bond_until_its_target(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00, numerator=50)
    await sold(world, seller, 150_00)
    assert await account(world, seller) == (67_50, 0, 67_50, 0)
    await sold(world, seller, 150_00)
    assert await account(world, seller) == (67_50 + 135_00 - 32_50, 0, 100_00, 0)


async def test_a_debt_is_met_before_a_bond_is_filled(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00, numerator=100)
    await charge(world, seller, 80_00)
    await sold(world, seller, 100_00)
    assert await account(world, seller) == (0, 0, 10_00, 0)


async def test_the_operator_draws_on_a_bond_for_a_debt(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00)
    await deposit(world, seller, 50_00)
    await charge(world, seller, 30_00)
    wish = payments.DrawBond(seller=seller, currency="EUR", reason="no answer", amount=10_00)
    done = await world.do(payments.draw_bond, wish)
    assert (done.amount, done.left) == (10_00, 40_00)
    assert await account(world, seller) == (0, 0, 40_00, 20_00)
    rest = payments.DrawBond(seller=seller, currency="EUR", reason="no answer")
    assert (await world.do(payments.draw_bond, rest)).amount == 20_00
    rows = await payments.seller_moves_of(world.database, seller, 0, 10)
    assert [(row["kind"], row["amount"]) for row in rows] == [
        ("bond_deposit", 50_00), ("bond_draw", 10_00), ("bond_draw", 20_00),
    ]  # fmt: skip


async def test_a_refund_after_payout_draws_on_a_bond_that_is_for_it(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 50_00, draws=(payments.BondRule.REFUND,))
    await deposit(world, seller, 50_00)
    placed = await sold(world, seller, 100_00)
    await pay_out(world, seller)
    await refunded(world, placed)
    assert await account(world, seller) == (0, 0, 0, 40_00)


async def test_an_old_debt_draws_on_the_bond_by_itself(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00, draw_after=timedelta(days=14))
    await deposit(world, seller, 100_00)
    await charge(world, seller, 30_00)
    world.clock.advance(days=10)
    await charge(world, seller, 20_00)
    await payments.draw_due(world.database)
    assert await account(world, seller) == (0, 0, 100_00, 50_00)
    world.clock.advance(days=4)
    for _ in range(2):
        await payments.draw_due(world.database)
        assert await account(world, seller) == (0, 0, 70_00, 20_00), "the younger debt waits"
    world.clock.advance(days=10)
    await payments.draw_due(world.database)
    assert await account(world, seller) == (0, 0, 50_00, 0)


async def test_what_is_over_the_target_goes_back(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00)
    await deposit(world, seller, 100_00)
    back = payments.RefundBond(seller=seller, currency="EUR", reason="good standing")
    assert await world.refused(payments.refund_bond, back) == BondRefusal.OVER_BOND
    await bond(world, seller, 30_00)
    await charge(world, seller, 1_00)
    assert await world.refused(payments.refund_bond, back) == BondRefusal.IN_DEBT
    draw = payments.DrawBond(seller=seller, currency="EUR", reason="before leaving")
    await world.do(payments.draw_bond, draw)
    done = await world.do(payments.refund_bond, back)
    assert (done.amount, done.left) == (69_00, 30_00)
    assert await account(world, seller) == (69_00, 0, 30_00, 0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"seller": 64}, BondRefusal.UNKNOWN_SELLER),
        ({"currency": "XYZ"}, BondRefusal.UNKNOWN_CURRENCY),
        ({"numerator": 101}, BondRefusal.BAD_RATE),
    ],
)
async def test_refuses_terms_that_cannot_be(
    world: World, wrong: dict[str, Any], code: BondRefusal
) -> None:
    usual: dict[str, Any] = {"seller": await world.seller(), "currency": "EUR", "target": 1}
    assert await world.refused(payments.set_bond, payments.SetBond(**(usual | wrong))) == code


async def test_no_bond_moves_where_none_is_asked_or_nothing_is_owed(world: World) -> None:
    seller = await world.seller()
    paid = payments.DepositBond(seller=seller, currency="EUR", amount=1, reference="x")
    draw = payments.DrawBond(seller=seller, currency="EUR", reason="x", amount=2)
    back = payments.RefundBond(seller=seller, currency="EUR", reason="x")
    assert await world.refused(payments.deposit_bond, paid) == BondRefusal.NO_BOND
    assert await world.refused(payments.draw_bond, draw) == BondRefusal.NO_BOND
    assert await world.refused(payments.refund_bond, back) == BondRefusal.NO_BOND
    await bond(world, seller, 10)
    assert await world.refused(payments.draw_bond, draw) == BondRefusal.NO_DEBT
    await charge(world, seller, 2)
    assert await world.refused(payments.draw_bond, draw) == BondRefusal.OVER_BOND
