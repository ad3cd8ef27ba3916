"""Random scripts in random batches come to what a clerk makes of them one by one."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.fresh import fresh_database
from tests.orders.stage import Stage
from tests.orders.turns import draw
from tests.world import World, open_world

Round = tuple[int, list[list[int]], bool, int]

NUMBERS = st.lists(st.integers(0, 7), min_size=4, max_size=4)
ROUNDS = st.tuples(
    st.integers(0, 99),
    st.lists(NUMBERS, min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([0] * 8 + [1, 24, 24 * 5, 24 * 10]),
)
"""A command, what each of its batch is about, whether it's sent again, and hours that pass."""

SCRIPTS = st.lists(ROUNDS, min_size=12, max_size=40)


class Theatre:
    """A world that outlives the examples of one test, with the loop it lives in."""

    def __init__(self, runner: asyncio.Runner, world: World) -> None:
        self._runner, self.world = runner, world

    def perform(self, script: list[Round]) -> None:
        self.run(self._perform(script))

    def run(self, what: Coroutine[Any, Any, None]) -> None:
        """Run something in the world's loop."""
        self._runner.run(what)

    async def _perform(self, script: list[Round]) -> None:
        stage = Stage(self.world)
        await stage.furnish()
        for number, batch, again, hours in script:
            handler, meaning = draw(stage, number)
            turns = [turn for one in batch if (turn := meaning(stage, *one)) is not None]
            await stage.play(handler, turns, again)
            self.world.clock.advance(hours=hours)
        await stage.compare()
        for order in stage.clerk.orders:
            event(order.state)
        assert await self.world.broken() == []


@contextmanager
def theatre(server_url: str, buckets: int) -> Iterator[Theatre]:
    """A theatre on a database of its own."""
    with asyncio.Runner() as runner:
        database = fresh_database(server_url)
        url = runner.run(database.__aenter__())
        opened = open_world(url, buckets=buckets)
        world = runner.run(opened.__aenter__())
        try:
            yield Theatre(runner, world)
        finally:
            runner.run(opened.__aexit__(None, None, None))
            runner.run(database.__aexit__(None, None, None))


@pytest.mark.parametrize(("buckets", "examples"), [(1, 60), (4, 20)])
def test_batches_come_to_what_one_clerk_makes_of_them(
    server_url: str, buckets: int, examples: int
) -> None:
    with theatre(server_url, buckets) as house:

        @settings(
            max_examples=examples, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )  # fmt: skip
        @given(SCRIPTS)
        def perform(script: list[Round]) -> None:
            house.perform(script)

        perform()
