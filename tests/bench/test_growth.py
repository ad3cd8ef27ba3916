"""An old deployment made of copies: as many purchases as asked for, and its books are right."""

from fondaco import check
from fondaco.bench.growth import age
from tests.scratch import scratch_url as scratch_url
from tests.world import open_world


async def test_copies_keep_the_books_right(scratch_url: str) -> None:
    told: list[str] = []
    async with open_world(scratch_url) as world:
        lamp = await world.offer(await world.seller(), 10_00, units=100)
        for _ in range(2):
            await world.buy((lamp, 3))
        await age(scratch_url, 7, told.append)
        rows = await world.rows("select count(*) as n from orders.purchase")
        assert rows[0]["n"] == 8
        assert len(told) == 3
        findings = await check.check(world.database)
    assert [one for one in findings if not one.clean] == []
