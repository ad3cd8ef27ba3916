"""Disputes: one example for each refusal of each command, in order of precedence."""

from typing import Any

from fondaco import aftercare, orders
from fondaco.kernel import Refused
from tests.aftercare.quarrelling import charge_back, claim, quarrel, rule, sold
from tests.world import World


async def test_claims_are_refused_in_this_order(world: World) -> None:
    seller, order = await sold(world, before=True)
    paid = (await world.buy(await world.offer(seller, 100))).orders[0].id
    for wish, code in (
        (claim(1), "unknown_order"),
        (claim(order, buyer=seller), "unknown_order"),
        (claim(order, seller=seller), "forbidden"),
        (claim(paid), "wrong_state"),
        (claim(order, rma=1), "unknown_return"),
        (claim(order, 100_01), "too_much"),
    ):
        assert await world.refused(aftercare.open_dispute, wish) == code
    await world.do(orders.dispute, orders.Dispute(order=order, reason="plain"))
    assert await world.refused(aftercare.open_dispute, claim(order)) == "disputed"
    _, other = await sold(world)
    await quarrel(world, other, 1)
    assert await world.refused(aftercare.open_dispute, claim(other)) == "disputed"
    _, third = await sold(world)
    await charge_back(world, third, orders.Stage.OPEN, 1)
    assert await world.refused(aftercare.open_dispute, claim(third)) == "charged_back"


async def test_nothing_is_disputed_after_the_window(world: World) -> None:
    _, order = await sold(world)
    world.clock.advance(days=30, seconds=1)
    assert await world.refused(aftercare.open_dispute, claim(order)) == "window_over"


async def test_steps_are_refused_in_this_order(world: World) -> None:
    seller, order = await sold(world)
    mine: dict[str, Any] = {"buyer": world.customer}
    theirs: dict[str, Any] = {"seller": seller}
    one = await quarrel(world, order)
    wishes: list[tuple[Any, Any, str]] = [
        (aftercare.answer_dispute, aftercare.AnswerDispute(dispute=1, accept=True),
         "unknown_dispute"),
        (aftercare.answer_dispute, aftercare.AnswerDispute(dispute=one, accept=True, **mine),
         "forbidden"),
        (aftercare.answer_dispute, aftercare.AnswerDispute(dispute=one, accept=False),
         "nothing_said"),
        (aftercare.add_evidence, aftercare.AddEvidence(dispute=one, text=" "), "nothing_said"),
        (aftercare.add_evidence, aftercare.AddEvidence(dispute=one, text="x", buyer=seller),
         "unknown_dispute"),
        (aftercare.escalate_dispute, aftercare.EscalateDispute(dispute=one, **theirs),
         "forbidden"),
        (aftercare.escalate_dispute, aftercare.EscalateDispute(dispute=one), "wrong_state"),
        (aftercare.withdraw_dispute, aftercare.WithdrawDispute(dispute=one, **theirs),
         "forbidden"),
        (aftercare.rule_dispute, aftercare.RuleDispute(dispute=one, refund=1, **mine),
         "forbidden"),
        (aftercare.rule_dispute, aftercare.RuleDispute(dispute=one, refund=100_01), "too_much"),
        (aftercare.rule_dispute, aftercare.RuleDispute(dispute=one, refund=1), "no_reason"),
        (aftercare.do_due_dispute, aftercare.DoDueDispute(dispute=one, state="open"), "not_due"),
    ]  # fmt: skip
    for handler, wish, code in wishes:
        assert await world.refused(handler, wish) == code
    await rule(world, one, 0)
    late: list[tuple[Any, Any]] = [
        (aftercare.answer_dispute, aftercare.AnswerDispute(dispute=one, accept=True)),
        (aftercare.add_evidence, aftercare.AddEvidence(dispute=one, text="x")),
        (aftercare.withdraw_dispute, aftercare.WithdrawDispute(dispute=one)),
        (aftercare.rule_dispute, aftercare.RuleDispute(dispute=one, refund=0)),
    ]
    for handler, wish in late:
        assert await world.refused(handler, wish) == "wrong_state"


async def test_a_party_says_so_much_and_no_more(world: World) -> None:
    _, order = await sold(world)
    dispute = await quarrel(world, order)
    more = aftercare.AddEvidence(dispute=dispute, text="More", buyer=world.customer)
    outcomes = await world.batch(aftercare.add_evidence, [more] * 51)
    assert [isinstance(one, Refused) for one in outcomes] == [False] * 49 + [True] * 2
    assert await world.refused(aftercare.add_evidence, more) == "too_much_said"


async def test_an_order_is_disputed_so_often_and_no_more(world: World) -> None:
    _, order = await sold(world)
    for _ in range(50):
        dispute = await quarrel(world, order, 1)
        await world.do(aftercare.withdraw_dispute, aftercare.WithdrawDispute(dispute=dispute))
    assert await world.refused(aftercare.open_dispute, claim(order, 1)) == "too_many_disputes"
    assert await world.refused(aftercare.open_dispute, claim(order, 100_01)) == "too_much"
