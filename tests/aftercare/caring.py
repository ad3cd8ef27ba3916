"""What buyers, sellers and time do to orders that arrived and are not right."""

from typing import Any

from fondaco import aftercare
from fondaco.aftercare import Inspected, ReturnMoved, Units
from tests.world import World

Back = int | tuple[int, int]
"""A line, or a line and how many units of it."""


def units(*lines: Back) -> tuple[Units, ...]:
    """Units of lines, one of each unless told otherwise."""
    return tuple(Units(*((one, 1) if isinstance(one, int) else one)) for one in lines)


async def delivered(world: World, *lines: Any, **wish: Any) -> int:
    """An order that arrived."""
    order = (await world.buy(*lines, **wish)).orders[0].id
    await world.deliver(order)
    return order


async def settled(world: World, *lines: Any, **wish: Any) -> int:
    """An order whose money is the seller's."""
    return (await world.sell(*lines, **wish)).orders[0].id


async def ask(world: World, order: int, *lines: Back, **wish: Any) -> int:
    """A buyer asks to send something back; the return."""
    wanted = aftercare.RequestReturn(
        order=order, lines=units(*lines), reason=aftercare.Reason.CHANGED_MIND, **wish
    )
    return (await world.do(aftercare.request_return, wanted)).id


async def approve(world: World, rma: int) -> ReturnMoved:
    """The seller lets it come."""
    wish = aftercare.DecideReturn(rma=rma, approve=True)
    return await world.do(aftercare.decide_return, wish)


async def decline(world: World, rma: int, reason: str = "worn") -> ReturnMoved:
    """The seller will not have it."""
    wish = aftercare.DecideReturn(rma=rma, approve=False, reason=reason)
    return await world.do(aftercare.decide_return, wish)


async def send(world: World, rma: int) -> ReturnMoved:
    """The buyer sends it."""
    wish = aftercare.ShipReturn(rma=rma, carrier="Post", tracking="R1")
    return await world.do(aftercare.ship_return, wish)


async def receive(world: World, rma: int) -> ReturnMoved:
    """The seller has it."""
    return await world.do(aftercare.receive_return, aftercare.ReceiveReturn(rma=rma))


async def inspect(world: World, rma: int, *lines: Inspected) -> ReturnMoved:
    """The seller has looked at it; none named: it is all right."""
    return await world.do(aftercare.inspect_return, aftercare.InspectReturn(rma=rma, lines=lines))


async def send_back(world: World, order: int, *lines: Back) -> int:
    """A return from the request until it is in the seller's hands."""
    rma = await ask(world, order, *lines)
    await approve(world, rma)
    await send(world, rma)
    await receive(world, rma)
    return rma


async def sweep(world: World) -> None:
    """Do all that is due of returns by the clock."""
    for _ in range(20):
        if not await aftercare.sweep_returns(world.database):
            return
    raise AssertionError("what was due stays due")


async def back_to_buyer(world: World, order: int) -> int:
    """What is on its way to the buyer of an order's purchase, or there."""
    query = """
        select coalesce(sum(f.amount), 0)::bigint as amount from payments.refund f
        join payments.payment p on p.bucket = f.bucket and p.id = f.payment
        where p.purchase = :purchase and f.state <> 'failed'
    """
    [row] = await world.rows(query, purchase=order >> 6 << 6)
    return int(row["amount"])


async def sums(world: World, order: int, seller: int) -> dict[str, int]:
    """What each party has of an order now: buyer, escrow, seller and operator."""
    return {
        "buyer": await back_to_buyer(world, order),
        "escrow": await world.balance("escrow", order),
        "seller": await world.balance("payable", seller)
        - -await world.balance("receivable", seller),
        "operator": await world.balance("commission", order),
    }


async def lamps(world: World, n: int = 3, **wish: Any) -> tuple[int, int, int]:
    """A seller, an offer of 10.00, and a delivered order of it with shipping of 2.00."""
    seller = await world.seller()
    lamp = await world.offer(seller, 10_00, shipping=2_00)
    return seller, lamp, await delivered(world, (lamp, n), **wish)


async def one(world: World, rma: int) -> Any:
    """A return's row."""
    [row] = await world.rows("select * from aftercare.return where id = :id", id=rma)
    return row


def request(order: int, *lines: Any, **more: Any) -> aftercare.RequestReturn:
    """A wish to send units of lines back."""
    return aftercare.RequestReturn(
        order=order, lines=units(*lines), reason=aftercare.Reason.DAMAGED, **more
    )
