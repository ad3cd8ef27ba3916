"""Disputes: one example for each outcome of each command, what silence does, and the money."""

from datetime import timedelta

import asyncpg
import pytest

from fondaco import aftercare, markets, orders, payments
from fondaco.aftercare import Kind
from fondaco.kernel import Tx
from tests.aftercare.caring import ask, back_to_buyer, decline, settled, sums
from tests.aftercare.quarrelling import (
    PHOTO,
    answer,
    charge_back,
    claim,
    escalate,
    held,
    quarrel,
    rule,
    sold,
    sweep,
    withdraw,
)
from tests.world import World


async def test_sum_12(world: World) -> None:
    """200.00 at 5 %, to be released on day 10; disputed on day 9; the ruling refunds 30 %."""
    await world.open_market(fee=markets.Fee(numerator=5))
    seller, order = await sold(world, 200_00, before=True)
    world.clock.advance(days=9)
    dispute = await quarrel(world, order)
    world.clock.advance(days=2)
    await world.sweep()
    assert await world.state(order) == ["delivered"], "frozen"
    assert (await answer(world, dispute)).state == "answered"
    assert (await escalate(world, dispute)).state == "under_review"
    ruled = await rule(world, dispute, 60_00)
    assert (ruled.state, ruled.refunded, ruled.due_at) == ("ruled", 60_00, None)
    assert await world.state(order) == ["settled"]
    assert await sums(world, order, seller) == {
        "buyer": 60_00, "escrow": 0, "seller": 133_00, "operator": 7_00,
    }  # fmt: skip


async def test_disputed_money_of_a_settled_order_cannot_be_paid_out(world: World) -> None:
    seller, order = await sold(world)
    dispute = await quarrel(world, order, 40_00)
    assert (await held(world, order), await world.balance("payable", seller)) == (36_00, 54_00)
    pay_all = payments.PayOut(seller=seller, currency="EUR", amount=90_00)
    assert await world.refused(payments.pay_out, pay_all) == "over_balance"
    refund = orders.Refund(order=order, amount=1)
    assert await world.refused(orders.refund, refund) == "case_open"
    await rule(world, dispute, 10_00)
    assert await held(world, order) == 0
    assert await sums(world, order, seller) == {
        "buyer": 10_00, "escrow": 0, "seller": 81_00, "operator": 9_00,
    }  # fmt: skip


async def test_a_seller_who_was_paid_out_owes_what_is_disputed(world: World) -> None:
    seller, order = await sold(world)
    await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    dispute = await quarrel(world, order)
    assert (await held(world, order), await world.balance("receivable", seller)) == (90_00, -90_00)
    await rule(world, dispute, 0)
    assert (await held(world, order), await world.balance("receivable", seller)) == (0, 0)


@pytest.mark.parametrize("before", [True, False])
async def test_the_whole_goes_back(world: World, before: bool) -> None:
    seller, order = await sold(world, before=before)
    await rule(world, await quarrel(world, order), 100_00)
    assert await world.state(order) == ["cancelled" if before else "settled"]
    assert await sums(world, order, seller) == {
        "buyer": 100_00, "escrow": 0, "seller": 0, "operator": 0,
    }  # fmt: skip


@pytest.mark.parametrize("before", [True, False])
async def test_the_operator_may_bear_it(world: World, before: bool) -> None:
    seller, order = await sold(world, before=before)
    await rule(world, await quarrel(world, order), 25_00, at_operators_cost=True)
    assert await sums(world, order, seller) == {
        "buyer": 25_00, "escrow": 0, "seller": 90_00, "operator": 10_00,
    }  # fmt: skip
    assert await world.balance("goodwill", order) == -25_00


@pytest.mark.parametrize("before", [True, False])
async def test_the_seller_may_give_way(world: World, before: bool) -> None:
    seller, order = await sold(world, before=before)
    dispute = await quarrel(world, order, 50_00)
    assert (await answer(world, dispute, accept=True)).refunded == 50_00
    if before:
        assert await world.state(order) == ["delivered"], "it goes on with the rest"
        await world.confirm(order)
    assert await sums(world, order, seller) == {
        "buyer": 50_00, "escrow": 0, "seller": 45_00, "operator": 5_00,
    }  # fmt: skip


async def test_a_silent_seller_loses(world: World) -> None:
    offer = await world.offer(await world.seller(), 100_00)
    order = (await world.buy(offer)).orders[0].id
    await world.ship(order)
    await quarrel(world, order, kind=Kind.NOT_RECEIVED)
    world.clock.advance(days=3)
    await sweep(world)
    assert await back_to_buyer(world, order) == 100_00
    assert await world.state(order) == ["cancelled"]


@pytest.mark.parametrize("before", [True, False])
async def test_a_silent_buyer_loses(world: World, before: bool) -> None:
    seller, order = await sold(world, before=before)
    dispute = await quarrel(world, order)
    await answer(world, dispute)
    world.clock.advance(days=7)
    await sweep(world)
    if before:
        world.clock.advance(days=10)
        await world.sweep()
    assert await sums(world, order, seller) == {
        "buyer": 0, "escrow": 0, "seller": 90_00, "operator": 10_00,
    }  # fmt: skip
    assert await held(world, order) == 0


@pytest.mark.parametrize("before", [True, False])
async def test_a_buyer_may_withdraw_and_quarrel_again(world: World, before: bool) -> None:
    _, order = await sold(world, before=before)
    assert (await withdraw(world, await quarrel(world, order))).state == "closed"
    again = await quarrel(world, order, 1_00)
    assert (await rule(world, again, 1_00)).refunded == 1_00


async def test_a_declined_return_is_disputed(world: World) -> None:
    _, order = await sold(world, before=True)
    rma = await ask(world, order, 1)
    early = claim(order, rma=rma)
    assert await world.refused(aftercare.open_dispute, early) == "case_open"
    await decline(world, rma)
    dispute = await quarrel(world, order, rma=rma)
    wish = aftercare.RequestReturn(
        order=order, lines=(aftercare.Units(1, 1),), reason=aftercare.Reason.OTHER
    )
    assert await world.refused(aftercare.request_return, wish) == "disputed"
    await rule(world, dispute, 100_00)


async def test_what_was_said_is_kept_as_it_was(world: World) -> None:
    _, order = await sold(world)
    dispute = await quarrel(world, order, files=(PHOTO,))
    say = aftercare.AddEvidence(dispute=dispute, seller=None, text="From the operator.")
    await world.do(aftercare.add_evidence, say)
    await answer(world, dispute)
    found = await aftercare.one_dispute(world.database, dispute)
    assert found is not None
    told = await aftercare.evidence_of(world.database, found)
    assert [(one.party, one.text) for one in told] == [
        ("buyer", "It flickers."), ("operator", "From the operator."), ("operator", "It did not."),
    ]  # fmt: skip
    assert told[0].files == (PHOTO,)
    for change in ("update aftercare.evidence set text = 'x'", "delete from aftercare.evidence"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await world.rows(change)


@pytest.mark.parametrize("before", [True, False])
async def test_a_chargeback_comes_first(world: World, before: bool) -> None:
    """While the bank has the money nothing is given; of what it keeps there is nothing to give."""
    seller, order = await sold(world, before=before)
    dispute = await quarrel(world, order, 60_00)
    await charge_back(world, order, orders.Stage.OPEN, 70_00)
    wish = aftercare.RuleDispute(dispute=dispute, refund=1, ruling="So be it.")
    assert await world.refused(aftercare.rule_dispute, wish) == "charged_back"
    accept = aftercare.AnswerDispute(dispute=dispute, accept=True)
    assert await world.refused(aftercare.answer_dispute, accept) == "charged_back"
    world.clock.advance(days=4)
    await sweep(world)
    assert await back_to_buyer(world, order) == 0, "it waits"
    assert await world.broken() == []
    await charge_back(world, order, orders.Stage.LOST, 70_00)
    over = aftercare.RuleDispute(dispute=dispute, refund=30_01, ruling="So be it.")
    assert await world.refused(aftercare.rule_dispute, over) == "too_much"
    await rule(world, dispute, 30_00)
    assert await held(world, order) == 0
    assert await sums(world, order, seller) == {
        "buyer": 30_00, "escrow": 0, "seller": 0, "operator": 0,
    }  # fmt: skip


async def test_many_are_as_many_statements_as_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await world.offer(await world.seller(), 10_00, units=100)
    sold = [await settled(world, offer) for _ in range(6)]
    counts: list[int] = []
    fetch = Tx.fetch

    async def note(self: Tx, statement: object, **values: object) -> object:
        counts[-1] += 1
        return await fetch(self, statement, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Tx, "fetch", note)
    opened = []
    for part in (sold[:1], sold[1:]):
        counts.append(0)
        opened.append(await world.batch(aftercare.open_dispute, [claim(one) for one in part]))
    assert counts[-2] == counts[-1]
    for made in opened:
        counts.append(0)
        wishes = [
            aftercare.RuleDispute(dispute=one.id, refund=5_00, ruling="Half.") for one in made
        ]
        await world.batch(aftercare.rule_dispute, wishes)
    assert counts[-2] == counts[-1]


async def test_terms_stand_with_the_dispute(world: World) -> None:
    policy = aftercare.Policy(answer_days=1, reply_days=2)
    await world.do(aftercare.set_policy, aftercare.SetPolicy(market=world.market, policy=policy))
    _, order = await sold(world)
    opened = await world.do(aftercare.open_dispute, claim(order))
    assert opened.due_at - world.clock() == timedelta(days=1)
    await world.do(
        aftercare.set_policy,
        aftercare.SetPolicy(market=world.market, policy=aftercare.Policy()),
    )
    assert (await answer(world, opened.id)).due_at == world.clock() + timedelta(days=2)
