"""The operator's goodwill: no more than was paid goes back."""

from fondaco import aftercare
from tests.aftercare.caring import back_to_buyer
from tests.aftercare.quarrelling import quarrel, rule, sold
from tests.world import World


async def test_goodwill_is_given_once(world: World) -> None:
    """100.00 were paid and went back at the operator's cost: nothing is left for a second time."""
    _, order = await sold(world)
    await rule(world, await quarrel(world, order), 100_00, at_operators_cost=True)
    again = aftercare.RuleDispute(
        dispute=await quarrel(world, order), refund=1_00, ruling="Again", at_operators_cost=True
    )
    assert await world.refused(aftercare.rule_dispute, again) == "too_much"
    assert await back_to_buyer(world, order) == 100_00
