"""When sellers are paid, who is not, who must agree, and what the bank sends back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from fondaco import parties, payments
from fondaco.payments import payout_decisions as decisions
from fondaco.payments import payout_jobs as jobs
from fondaco.payments import payout_terms as terms
from fondaco.payments.payout_model import (
    DecidePayout,
    HoldPayouts,
    LiftHold,
    PayoutDecisionRefusal,
    PayoutEvery,
    PayoutPolicyRefusal,
    PayoutTermsRefusal,
    ReturnPayout,
    SetPayoutPolicy,
    SetPayoutSchedule,
    TakeTurn,
    TurnRefusal,
)
from fondaco.payments.payouts import take_turn
from tests.fresh import fresh_database
from tests.payments.paying import asked, came_back, decided, paid, policy
from tests.world import World, open_world


@pytest.fixture
async def world(server_url: str) -> AsyncIterator[World]:
    """A world with a database of its own: policies are the currency's, turns anybody's."""
    async with fresh_database(server_url) as url, open_world(url) as own:
        yield own
        assert await own.broken() == []


async def owed(world: World, price: int = 100_00) -> int:
    """A seller who is owed 90 % of the price."""
    seller = await world.seller(account="iban")
    await world.sell(await world.offer(seller, price))
    return seller


async def swept(world: World) -> int:
    """Take every turn that is due; how many were taken."""
    total = 0
    while taken := await jobs.pay_turns(world.database):
        total += taken
    return total


async def sent(world: World, seller: int) -> list[tuple[int, str]]:
    rows = await payments.payouts_of(world.database, seller, 0, 100)
    return [(row["amount"], row["state"]) for row in rows]


async def schedule(
    world: World, seller: int, every: PayoutEvery | None, minimum: int = 0
) -> datetime | None:
    wish = SetPayoutSchedule(seller=seller, every=every, minimum=minimum, currency="EUR")
    return (await world.do(terms.set_payout_schedule, wish)).next_at


async def test_sellers_are_paid_once_a_day_by_the_policy(world: World) -> None:
    await policy(world)
    seller, other = await owed(world), await owed(world, 10_00)
    assert await swept(world) == 0, "their first turn is at midnight"
    world.clock.advance(days=1)
    assert await swept(world) == 2
    assert await sent(world, seller) == [(90_00, "created")]
    assert await sent(world, other) == [(9_00, "created")]
    await world.sell(await world.offer(seller, 10_00))
    assert await swept(world) == 0, "once a day"
    world.clock.advance(days=3)
    assert await swept(world) == 2, "days that the clock jumped over are one turn"
    assert await sent(world, seller) == [(90_00, "created"), (9_00, "created")]


async def test_two_sweeps_at_once_pay_a_turn_once(world: World) -> None:
    await policy(world)
    seller = await owed(world)
    turn = await schedule(world, seller, None)
    assert turn is not None
    wish = TakeTurn(seller=seller, currency="EUR", turn=turn)
    assert await world.refused(take_turn, wish) == TurnRefusal.NOT_DUE
    world.clock.advance(days=1)
    one, other = await world.batch(take_turn, [wish, wish])
    assert one.payout is not None
    assert other.code == TurnRefusal.NOT_DUE
    assert await sent(world, seller) == [(90_00, "created")]


async def test_a_sellers_own_schedule_goes_before_the_policy(world: World) -> None:
    await policy(world, PayoutEvery.MONTH)
    seller, asks = await owed(world), await owed(world)
    assert await schedule(world, asks, PayoutEvery.REQUEST) is None
    turn = await schedule(world, seller, PayoutEvery.WEEK)
    assert turn is not None
    assert turn.weekday() == 0
    world.clock.advance(days=8)
    assert await swept(world) == 1
    assert (await sent(world, seller), await sent(world, asks)) == ([(90_00, "created")], [])


@pytest.mark.parametrize("by_policy", [True, False])
async def test_what_is_below_the_minimum_waits_for_another_turn(
    world: World, by_policy: bool
) -> None:
    await policy(world, minimum=90_01 if by_policy else 0)
    seller = await owed(world)
    await schedule(world, seller, None, 0 if by_policy else 90_01)
    world.clock.advance(days=1)
    assert await swept(world) == 1
    assert await sent(world, seller) == []
    await world.sell(await world.offer(seller, 10_00))
    world.clock.advance(days=1)
    await swept(world)
    assert await sent(world, seller) == [(99_00, "created")]


async def test_turns_end_when_the_policy_becomes_by_request_and_begin_again(world: World) -> None:
    await policy(world)
    seller = await owed(world)
    await swept(world)
    await policy(world, PayoutEvery.REQUEST)
    world.clock.advance(days=1)
    assert await swept(world) == 1
    assert await sent(world, seller) == []
    await policy(world)
    world.clock.advance(hours=1)
    await swept(world)
    world.clock.advance(days=1)
    await swept(world)
    assert await sent(world, seller) == [(90_00, "created")]


def test_turns_begin_at_midnight() -> None:
    at = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    assert terms.next_turn("day", at) == datetime(2026, 2, 1, tzinfo=UTC)
    assert terms.next_turn("week", at) == datetime(2026, 2, 2, tzinfo=UTC)
    assert terms.next_turn("month", at) == datetime(2026, 2, 1, tzinfo=UTC)
    assert terms.next_turn("month", datetime(2026, 12, 1, tzinfo=UTC)) == datetime(
        2027, 1, 1, tzinfo=UTC
    )
    assert terms.next_turn("request", at) is None


async def test_a_hold_stops_payouts_and_turns_until_it_is_lifted(world: World) -> None:
    await policy(world)
    seller = await owed(world)
    wish = HoldPayouts(seller=seller, reason="many complaints", by="ann")
    assert (await world.do(terms.hold_payouts, wish)).held
    refusal = await world.refused(terms.hold_payouts, wish)
    assert refusal == PayoutTermsRefusal.ALREADY_ON_HOLD
    ask = payments.PayOut(seller=seller, currency="EUR")
    assert await world.refused(payments.pay_out, ask) == payments.PayoutRefusal.ON_HOLD
    await swept(world)
    world.clock.advance(days=1)
    assert await swept(world) == 1
    assert await sent(world, seller) == []
    assert await world.balance("payable", seller) == 90_00
    lift = LiftHold(seller=seller)
    assert not (await world.do(terms.lift_hold, lift)).held
    assert await world.refused(terms.lift_hold, lift) == PayoutTermsRefusal.NOT_ON_HOLD
    assert (await world.do(payments.pay_out, ask)).amount == 90_00


async def test_terms_are_of_sellers_and_currencies_that_there_are(world: World) -> None:
    unknown = PayoutTermsRefusal.UNKNOWN_SELLER
    hold = HoldPayouts(seller=64, reason="?", by="ann")
    assert await world.refused(terms.hold_payouts, hold) == unknown
    assert await world.refused(terms.lift_hold, LiftHold(seller=64)) == unknown
    own = SetPayoutSchedule(seller=64, currency="EUR")
    assert await world.refused(terms.set_payout_schedule, own) == unknown
    odd = SetPayoutSchedule(seller=64, currency="ZZZ")
    refusal = await world.refused(terms.set_payout_schedule, odd)
    assert refusal == PayoutTermsRefusal.UNKNOWN_CURRENCY
    wish = SetPayoutPolicy(currency="ZZZ", every=PayoutEvery.DAY)
    refusal = await world.refused(terms.set_payout_policy, wish)
    assert refusal == PayoutPolicyRefusal.UNKNOWN_CURRENCY


async def test_nothing_is_paid_to_an_account_that_is_not_verified(world: World) -> None:
    seller = await owed(world)
    wish = parties.SetPayoutAccount(seller=seller, account="new iban")
    await world.do(parties.set_payout_account, wish)
    ask = payments.PayOut(seller=seller, currency="EUR")
    refusal = await world.refused(payments.pay_out, ask)
    assert refusal == payments.PayoutRefusal.UNVERIFIED_ACCOUNT
    sure = parties.SetPayoutAccount(seller=seller, account="new iban", verified=True)
    assert (await world.do(parties.set_payout_account, sure)).verified
    assert (await world.do(payments.pay_out, ask)).amount == 90_00
    nobody = parties.SetPayoutAccount(seller=64, account="iban")
    refusal = await world.refused(parties.set_payout_account, nobody)
    assert refusal == parties.PayoutAccountRefusal.UNKNOWN_SELLER


async def test_a_second_person_must_approve_what_is_above_the_limit(world: World) -> None:
    await policy(world, approval_above=50_00)
    seller = await owed(world)
    small, large = await asked(world, seller, 50_00), await asked(world, seller, 40_00)
    assert (small.state, large.state) == ("created", "created")
    more = await owed(world)
    waits = await asked(world, more)
    assert waits.state == "awaiting_approval"
    assert await world.balance("payout_in_flight", waits.id) == 90_00
    own = DecidePayout(payout=waits.id, approve=True, by="ann")
    refusal = await world.refused(decisions.decide_payout, own)
    assert refusal == PayoutDecisionRefusal.SAME_PERSON
    fact = payments.PayoutFact(payout=waits.id, paid=True, amount=90_00, currency="EUR")
    refusal = await world.refused(payments.record_payout, fact)
    assert refusal == payments.PayoutFactRefusal.ALREADY_FINAL, "nobody may have sent it"
    assert await decided(world, waits.id) == "approved"
    await paid(world, waits)
    assert await world.balance("bank", waits.id) == 90_00


async def test_a_payout_turned_down_is_owed_again(world: World) -> None:
    await policy(world, approval_above=0)
    seller = await owed(world)
    waits = await asked(world, seller)
    assert await decided(world, waits.id, approve=False, by="ann") == "failed"
    assert await world.balance("payable", seller) == 90_00
    late = DecidePayout(payout=waits.id, approve=True, by="bob")
    refusal = await world.refused(decisions.decide_payout, late)
    assert refusal == PayoutDecisionRefusal.NOT_AWAITING_APPROVAL
    unknown = DecidePayout(payout=64, approve=True, by="bob")
    refusal = await world.refused(decisions.decide_payout, unknown)
    assert refusal == PayoutDecisionRefusal.UNKNOWN_PAYOUT


async def test_nobody_approves_a_payout_to_a_seller_on_hold(world: World) -> None:
    await policy(world, approval_above=0)
    seller = await owed(world)
    waits = await asked(world, seller)
    await world.do(terms.hold_payouts, HoldPayouts(seller=seller, reason="?", by="ann"))
    wish = DecidePayout(payout=waits.id, approve=True, by="bob")
    refusal = await world.refused(decisions.decide_payout, wish)
    assert refusal == PayoutDecisionRefusal.SELLER_ON_HOLD
    assert await decided(world, waits.id, approve=False) == "failed"


async def test_scenario_20_a_payout_that_the_bank_returns_is_owed_again(world: World) -> None:
    seller = await owed(world, 108_00)
    payout = await asked(world, seller)
    assert payout.amount == 97_20
    early = came_back(payout)
    refusal = await world.refused(decisions.return_payout, early)
    assert refusal == PayoutDecisionRefusal.NOT_PAID
    await paid(world, payout)
    assert await world.balance("payable", seller) == 0
    wrong = came_back(payout, amount=97_21)
    refusal = await world.refused(decisions.return_payout, wrong)
    assert refusal == PayoutDecisionRefusal.WRONG_AMOUNT
    done = await world.batch(decisions.return_payout, [came_back(payout)] * 2)
    assert done[0].state == "returned"
    assert done[1].code == PayoutDecisionRefusal.NOT_PAID, "it comes back once"
    assert await world.balance("payable", seller) == 97_20
    assert await world.balance("bank", payout.id) == 0
    again = await asked(world, seller)
    assert again.amount == 97_20
    unknown = ReturnPayout(payout=64, amount=1, currency="EUR", reference="bank-2")
    refusal = await world.refused(decisions.return_payout, unknown)
    assert refusal == PayoutDecisionRefusal.UNKNOWN_PAYOUT


async def test_sellers_of_one_batch_take_their_turns_together(world: World) -> None:
    await policy(world)
    seller = await owed(world)
    turn = await schedule(world, seller, None)
    assert turn is not None
    others = [await owed(world) for _ in range(4)]
    wishes = [SetPayoutSchedule(seller=one, currency="EUR") for one in others]
    assert {one.next_at for one in await world.batch(terms.set_payout_schedule, wishes)} == {turn}
    world.clock.advance(days=1)
    turns = [TakeTurn(seller=one, currency="EUR", turn=turn) for one in (seller, *others)]
    taken = await world.batch(take_turn, turns)
    assert {one.next_at for one in taken} == {turn + timedelta(days=1)}
    assert len({one.payout for one in taken}) == 5
