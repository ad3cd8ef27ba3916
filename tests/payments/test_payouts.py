"""Paying sellers: never more than is owed, and what failed is owed again."""

import pytest

from fondaco import markets, payments
from fondaco.kernel import Refused
from fondaco.payments import PayOut, PayoutFact, PayoutFactRefusal, PayoutRefusal
from tests.world import World


async def owed(world: World, account: str = "iban") -> int:
    """A seller who is owed 90.00."""
    seller = await world.seller(account=account)
    await world.sell(await world.offer(seller, 100_00))
    return seller


def all_of(seller: int) -> PayOut:
    return PayOut(seller=seller, currency="EUR")


def fact(payout: int, paid: bool = True, amount: int = 90_00) -> PayoutFact:
    return PayoutFact(payout=payout, paid=paid, amount=amount, currency="EUR")


async def test_a_payout_takes_all_that_is_owed(world: World) -> None:
    seller = await owed(world)
    payout = await world.do(payments.pay_out, all_of(seller))
    assert (payout.amount, payout.currency) == (90_00, "EUR")
    assert await world.balance("payable", seller) == 0
    assert await world.balance("payout_in_flight", payout.id) == 90_00


async def test_a_payout_that_arrived_has_left_the_bank(world: World) -> None:
    payout = await world.do(payments.pay_out, all_of(await owed(world)))
    assert (await world.do(payments.record_payout, fact(payout.id))).state == "paid"
    assert await world.balance("payout_in_flight", payout.id) == 0
    assert await world.balance("bank", payout.id) == 90_00


async def test_a_payout_that_failed_is_owed_again(world: World) -> None:
    seller = await owed(world)
    first = await world.do(payments.pay_out, all_of(seller))
    assert (await world.do(payments.record_payout, fact(first.id, paid=False))).state == "failed"
    assert await world.balance("payable", seller) == 90_00
    assert await world.balance("bank", first.id) == 0
    second = await world.do(payments.pay_out, all_of(seller))
    assert second.id != first.id
    assert second.amount == 90_00


async def test_payouts_of_one_batch_draw_on_one_balance_in_turn(world: World) -> None:
    seller = await owed(world)
    part = PayOut(seller=seller, currency="EUR", amount=60_00)
    first, second, third = await world.batch(payments.pay_out, [part, part, all_of(seller)])
    assert first.amount == 60_00
    assert isinstance(second, Refused)
    assert second.code == PayoutRefusal.OVER_BALANCE
    assert third.amount == 30_00


async def test_payouts_that_fail_in_one_batch_are_all_owed_again(world: World) -> None:
    seller = await owed(world)
    parts = [PayOut(seller=seller, currency="EUR", amount=n) for n in (50_00, 40_00)]
    sent = await world.batch(payments.pay_out, parts)
    facts = [fact(one.id, paid=False, amount=one.amount) for one in sent]
    await world.batch(payments.record_payout, facts)
    assert await world.balance("payable", seller) == 90_00


async def test_refuses_a_seller_nobody_knows(world: World) -> None:
    assert await world.refused(payments.pay_out, all_of(1)) == PayoutRefusal.UNKNOWN_SELLER


async def test_refuses_a_seller_without_an_account(world: World) -> None:
    wish = all_of(await owed(world, account=""))
    assert await world.refused(payments.pay_out, wish) == PayoutRefusal.NO_PAYOUT_ACCOUNT


async def test_refuses_where_nothing_is_owed(world: World) -> None:
    in_dollars = PayOut(seller=await owed(world), currency="USD")
    for wish in (all_of(await world.seller()), in_dollars):
        assert await world.refused(payments.pay_out, wish) == PayoutRefusal.NOTHING_OWED


async def test_refuses_more_than_is_owed(world: World) -> None:
    wish = PayOut(seller=await owed(world), currency="EUR", amount=90_01, minimum=100_00)
    assert await world.refused(payments.pay_out, wish) == PayoutRefusal.OVER_BALANCE


@pytest.mark.parametrize(("amount", "minimum"), [(None, 90_01), (50_00, 50_01), (0, 0), (-1, 0)])
async def test_refuses_less_than_the_minimum(
    world: World, amount: int | None, minimum: int
) -> None:
    seller = await owed(world)
    wish = PayOut(seller=seller, currency="EUR", amount=amount, minimum=minimum)
    assert await world.refused(payments.pay_out, wish) == PayoutRefusal.BELOW_MINIMUM


async def test_refuses_less_than_every_market_of_the_currency_pays_out(world: World) -> None:
    opening = markets.OpenMarket(
        slug=f"{world.name}-bhd", name="Market", currency="BHD", fee=markets.Fee(numerator=10),
        payout_minimum=90_001,
    )  # fmt: skip
    world.market = (await world.do(markets.open_market, opening)).id
    seller = await owed(world)
    wish = PayOut(seller=seller, currency="BHD")
    assert await world.refused(payments.pay_out, wish) == PayoutRefusal.BELOW_MINIMUM


async def test_refuses_word_of_a_payout_nobody_made(world: World) -> None:
    refusal = await world.refused(payments.record_payout, fact(64))
    assert refusal == PayoutFactRefusal.UNKNOWN_PAYOUT


async def test_refuses_another_amount_or_currency(world: World) -> None:
    payout = await world.do(payments.pay_out, all_of(await owed(world)))
    dollars = PayoutFact(payout=payout.id, paid=True, amount=90_00, currency="USD")
    for wish in (fact(payout.id, amount=89_99), dollars):
        refusal = await world.refused(payments.record_payout, wish)
        assert refusal == PayoutFactRefusal.WRONG_AMOUNT


async def test_refuses_a_word_after_the_last_word(world: World) -> None:
    for paid in (True, False):
        payout = await world.do(payments.pay_out, all_of(await owed(world)))
        await world.do(payments.record_payout, fact(payout.id, paid))
        for late in (True, False):
            refusal = await world.refused(payments.record_payout, fact(payout.id, late))
            assert refusal == PayoutFactRefusal.ALREADY_FINAL
