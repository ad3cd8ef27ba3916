"""Charges to sellers: out of what they are owed, the rest debt; subscriptions once a period."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fondaco import payments
from fondaco.payments import ChargeRefusal, SubscriptionRefusal, period_start
from tests.payments.owing import account, bond, charge, deposit, sold, vat
from tests.world import NOON, World

DAY = timedelta(days=1)


async def subscribed(world: World, seller: int, **more: Any) -> int:
    usual: dict[str, Any] = {"every": payments.Every.MONTH, "amount": 39_00, "name": "Plan"}
    wish = payments.SetSubscription(seller=seller, market=world.market, **(usual | more))
    return (await world.do(payments.set_subscription, wish)).id


async def swept(world: World, seller: int) -> int:
    """Charge all that is due, as the job does; how often the seller was charged by now."""
    while await payments.charge_due(world.database):
        pass
    return len(await charges(world, seller))


async def charges(world: World, seller: int) -> list[tuple[int | None, int]]:
    rows = await payments.charges_of(world.database, seller, 0, 100)
    return [(row["period"], row["amount"]) for row in rows]


async def test_a_charge_comes_out_of_what_is_owed_with_its_vat(world: World) -> None:
    seller = await world.seller()
    await sold(world, seller, 100_00)
    await vat(world, 21)
    done = await charge(world, seller, 10_00)
    assert (done.amount, done.vat, done.debt, done.currency) == (10_00, 2_10, 0, "EUR")
    assert await account(world, seller) == (77_90, 0, 0, 0)
    assert await world.balance("seller_charge", seller) == 10_00
    assert await world.balance("vat_payable", seller) == 2_10


async def test_what_is_not_owed_is_debt_and_the_next_sale_meets_it(world: World) -> None:
    seller = await world.seller()
    await sold(world, seller, 10_00)
    done = await charge(world, seller, 50_00)
    assert done.debt == 41_00
    assert await account(world, seller) == (0, 0, 0, 41_00)
    [debt] = (await payments.account_of(world.database, seller)).debts
    assert (debt.kind, debt.amount, debt.since) == ("charge", 41_00, NOON)
    await sold(world, seller, 100_00)
    assert await account(world, seller) == (49_00, 0, 0, 0)


async def test_a_penalty_bears_no_vat_unless_said_so(world: World) -> None:
    seller = await world.seller()
    await vat(world, 20)
    assert (await charge(world, seller, 10_00, penalty=True)).vat == 0
    assert (await charge(world, seller, 10_00, penalty=True, taxed=True)).vat == 2_00
    assert (await charge(world, seller, 10_00, taxed=False)).vat == 0
    rows = await payments.charges_of(world.database, seller, 0, 10)
    assert [row["kind"] for row in rows] == ["penalty", "penalty", "one_off"]


async def test_a_bond_meets_the_kinds_of_charge_that_it_is_for(world: World) -> None:
    seller = await world.seller()
    await bond(world, seller, 100_00, draws=(payments.BondRule.PENALTY,))
    await deposit(world, seller, 100_00)
    assert (await charge(world, seller, 30_00)).debt == 30_00
    assert (await charge(world, seller, 20_00, penalty=True)).debt == 0
    assert await account(world, seller) == (0, 0, 50_00, 0)


async def test_charges_of_one_seller_in_one_batch_add_up(world: World) -> None:
    seller = await world.seller()
    await sold(world, seller, 100_00)
    wish = payments.ChargeSeller(seller=seller, market=world.market, amount=40_00, reason="listing")
    done = await world.batch(payments.charge_seller, [wish] * 3)
    assert [one.debt for one in done] == [0, 0, 30_00]
    assert await account(world, seller) == (0, 0, 0, 30_00)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"seller": 64}, ChargeRefusal.UNKNOWN_SELLER),
        ({"market": 64}, ChargeRefusal.UNKNOWN_MARKET),
    ],
)
async def test_refuses_a_charge_to_nobody(
    world: World, wrong: dict[str, int], code: ChargeRefusal
) -> None:
    usual: dict[str, Any] = {"seller": await world.seller(), "market": world.market}
    wish = payments.ChargeSeller(**(usual | wrong), amount=1, reason="listing")
    assert await world.refused(payments.charge_seller, wish) == code
    again = payments.SetSubscription(
        **(usual | wrong), amount=1, name="Plan", every=payments.Every.WEEK
    )
    assert await world.refused(payments.set_subscription, again) == code


async def test_a_subscription_is_charged_once_a_period(world: World) -> None:
    seller = await world.seller()
    await subscribed(world, seller)
    assert await swept(world, seller) == 1
    world.clock.advance(days=30)
    assert await swept(world, seller) == 1, "January has 31 days"
    world.clock.advance(days=1)
    assert await swept(world, seller) == 2
    world.clock.advance(days=100)
    assert await swept(world, seller) == 5, "what the clock jumped over is charged too"
    assert await charges(world, seller) == [(n, 39_00) for n in range(5)]
    assert await account(world, seller) == (0, 0, 0, 5 * 39_00)


async def test_two_sweeps_at_once_charge_a_period_once(world: World) -> None:
    seller = await world.seller()
    id_ = await subscribed(world, seller)
    wish = payments.ChargePeriod(subscription=id_, period=0)
    one, other = await world.batch(payments.charge_period, [wish, wish])
    assert one.amount == 39_00
    assert other.code == SubscriptionRefusal.NOT_DUE
    ahead = payments.ChargePeriod(subscription=id_, period=1)
    assert await world.refused(payments.charge_period, ahead) == SubscriptionRefusal.NOT_DUE
    unknown = payments.ChargePeriod(subscription=1, period=0)
    refusal = await world.refused(payments.charge_period, unknown)
    assert refusal == SubscriptionRefusal.UNKNOWN_SUBSCRIPTION


async def test_no_period_is_charged_that_begins_after_the_end(world: World) -> None:
    seller = await world.seller()
    weekly = await subscribed(
        world, seller, every=payments.Every.WEEK, starts_at=NOON + DAY, ends_at=NOON + 15 * DAY
    )
    assert await swept(world, seller) == 0
    world.clock.advance(days=60)
    assert await swept(world, seller) == 2, "on the 2nd and 9th day; the 16th is past its end"
    assert await charges(world, seller) == [(0, 39_00), (1, 39_00)]
    refusal = await world.refused(
        payments.end_subscription, payments.EndSubscription(subscription=weekly)
    )
    assert refusal == SubscriptionRefusal.ALREADY_ENDED


async def test_a_subscription_ends_now_or_later_but_not_before(world: World) -> None:
    seller = await world.seller()
    now, later = await subscribed(world, seller), await subscribed(world, seller)
    past = payments.EndSubscription(subscription=now, ends_at=NOON - DAY)
    refusal = await world.refused(payments.end_subscription, past)
    assert refusal == SubscriptionRefusal.BAD_PERIOD
    ends = [
        payments.EndSubscription(subscription=now),
        payments.EndSubscription(subscription=later, ends_at=NOON + 40 * DAY),
    ]
    done = await world.batch(payments.end_subscription, ends)
    assert [one.ends_at for one in done] == [NOON, NOON + 40 * DAY]
    world.clock.advance(days=100)
    assert await swept(world, seller) == 2, (
        "the one that ended before its first period is never charged"
    )
    unknown = payments.EndSubscription(subscription=1)
    refusal = await world.refused(payments.end_subscription, unknown)
    assert refusal == SubscriptionRefusal.UNKNOWN_SUBSCRIPTION


async def test_refuses_a_subscription_that_ends_before_it_begins(world: World) -> None:
    wish = payments.SetSubscription(
        seller=await world.seller(), market=world.market, amount=1, name="Plan",
        every=payments.Every.WEEK, ends_at=NOON,
    )  # fmt: skip
    assert await world.refused(payments.set_subscription, wish) == ChargeRefusal.BAD_PERIOD


def test_months_begin_on_their_day_or_the_last_there_is() -> None:
    first = datetime(2026, 1, 31, 8, tzinfo=UTC)
    days = [period_start(first, "month", n).date().isoformat() for n in (0, 1, 2, 11, 12, 25)]
    assert days == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-12-31", "2027-01-31", "2028-02-29",
    ]  # fmt: skip
    assert period_start(first, "week", 2) == first + timedelta(days=14)
