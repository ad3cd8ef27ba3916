"""A world that outlives the examples of one test, with the loop that it lives in."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.money.furnishing import load_rates
from tests.world import World, open_world

T = TypeVar("T")


class Theatre:
    """Runs what is to be awaited, for tests that cannot."""

    def __init__(self, runner: asyncio.Runner, world: World) -> None:
        self._runner, self.world = runner, world

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Run something in the world's loop."""
        return self._runner.run(what)


@contextmanager
def theatre(url: str, buckets: int = 1) -> Iterator[Theatre]:
    """A theatre on a migrated database that nobody else uses meanwhile."""
    with asyncio.Runner() as runner:
        opened = open_world(url, buckets=buckets)
        world = runner.run(opened.__aenter__())
        try:
            runner.run(load_rates(world))
            yield Theatre(runner, world)
        finally:
            runner.run(opened.__aexit__(None, None, None))
