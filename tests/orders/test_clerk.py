"""Random scripts in random batches come to what a clerk makes of them one by one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.clerk.rules import Rules
from tests.money.stage import Stage
from tests.money.theatre import theatre
from tests.orders.turns import draw
from tests.scratch import copied
from tests.world import World

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


async def perform(world: World, script: list[Round]) -> None:
    stage = Stage(world, Rules())
    await stage.furnish()
    for number, batch, again, hours in script:
        handler, meaning = draw(stage, number)
        turns = [turn for one in batch if (turn := meaning(stage, *one)) is not None]
        await stage.play(handler, turns, again)
        world.clock.advance(hours=hours)
    await stage.compare()
    for order in stage.clerk.orders:
        event(order.state)
    assert await world.broken() == []


@pytest.mark.parametrize(("buckets", "examples"), [(1, 60), (4, 20)])
def test_batches_come_to_what_one_clerk_makes_of_them(
    server_url: str, run_folder: Path, template: str, buckets: int, examples: int
) -> None:
    with copied(server_url, run_folder, template) as url, theatre(url, buckets) as house:

        @settings(
            max_examples=examples, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )  # fmt: skip
        @given(SCRIPTS)
        def run(script: list[Round]) -> None:
            house.run(perform(house.world, script))

        run()
