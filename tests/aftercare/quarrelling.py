"""What buyers, sellers, the operator and time do in a dispute."""

from typing import Any

from fondaco import aftercare, orders
from fondaco.aftercare import DisputeMoved, File, Kind
from tests.aftercare.caring import delivered, settled
from tests.world import World

PHOTO = File("lamp.jpg", "https://files.example/lamp.jpg", "ab" * 32)


def claim(order: int, amount: int | None = None, **more: Any) -> aftercare.OpenDispute:
    """A wish to have an amount back."""
    usual: dict[str, Any] = {"kind": Kind.NOT_AS_DESCRIBED, "text": "It flickers."}
    return aftercare.OpenDispute(order=order, amount=amount, **(usual | more))


async def quarrel(world: World, order: int, amount: int | None = None, **more: Any) -> int:
    """A buyer opens a dispute; its id."""
    return (await world.do(aftercare.open_dispute, claim(order, amount, **more))).id


async def answer(world: World, dispute: int, *, accept: bool = False) -> DisputeMoved:
    """The seller answers."""
    wish = aftercare.AnswerDispute(dispute=dispute, accept=accept, text="It did not.")
    return await world.do(aftercare.answer_dispute, wish)


async def escalate(world: World, dispute: int) -> DisputeMoved:
    """The buyer is not content."""
    wish = aftercare.EscalateDispute(dispute=dispute)
    return await world.do(aftercare.escalate_dispute, wish)


async def withdraw(world: World, dispute: int) -> DisputeMoved:
    """The buyer gives up."""
    wish = aftercare.WithdrawDispute(dispute=dispute)
    return await world.do(aftercare.withdraw_dispute, wish)


async def rule(world: World, dispute: int, refund: int, **more: Any) -> DisputeMoved:
    """The operator rules."""
    wish = aftercare.RuleDispute(dispute=dispute, refund=refund, ruling="So be it.", **more)
    return await world.do(aftercare.rule_dispute, wish)


async def sweep(world: World) -> None:
    """Do all that is due of disputes by the clock."""
    for _ in range(20):
        if not await aftercare.sweep_disputes(world.database):
            return
    raise AssertionError("what was due stays due")


async def charge_back(world: World, order: int, stage: orders.Stage, amount: int) -> None:
    """The buyer's bank takes an amount back, or decides on it."""
    query = "select id from payments.payment where purchase = :purchase"
    [payment] = await world.rows(query, purchase=order >> 6 << 6)
    fact = orders.RecordChargeback(
        payment=payment["id"], reference="case", stage=stage, amount=amount, currency="EUR"
    )
    await world.do(orders.record_chargeback, fact)


async def held(world: World, order: int) -> int:
    """What is held of an order's seller's."""
    return await world.balance("dispute_hold", order)


async def sold(world: World, price: int = 100_00, *, before: bool = False) -> tuple[int, int]:
    """A seller, and an order of one thing that was settled, or only arrived."""
    seller = await world.seller()
    offer = await world.offer(seller, price)
    return seller, await (delivered if before else settled)(world, offer)
