"""A buyer who presses twice is charged once."""

import asyncio
from collections import Counter

from fondaco import kernel, orders
from fondaco.kernel import Refused
from fondaco.kernel.sql import Statement, compile_statement
from fondaco.orders import Attempt
from tests.world import World
from tests.world import world as world

_LOCK = compile_statement(
    "lock", "select from payments.payment where purchase = :purchase for update"
)
_WAITING = Statement(
    "waiting",
    "select count(*) as n from pg_stat_activity"
    " where wait_event_type = 'Lock' and datname = current_database()",
    (),
)


async def test_two_attempts_that_wait_for_each_other_make_one(world: World) -> None:
    """The second reads the payments before the first has added its own, and looks again after."""
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    failed = orders.RecordPayment(payment=placed.payments[0], result=orders.Paid.FAILED)
    await world.do(orders.record_payment, failed)
    wish = Attempt(purchase=placed.purchase, provider="sandbox", token="tok_ok")
    async with world.database.transaction() as tx:
        await tx.fetch(_LOCK, purchase=placed.purchase)
        both = [
            asyncio.create_task(kernel.run(world.database, orders.attempt, [world.sent(wish)]))
            for _ in range(2)
        ]
        async with asyncio.timeout(30):
            while (await world.database.fetch(_WAITING))[0]["n"] < 2:
                continue
    answers = [answer for task in both for answer in await task]
    assert Counter(type(answer) for answer in answers)[Refused] == 1, answers
    assert await world.broken() == []
