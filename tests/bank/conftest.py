"""A world for each test: a payment file takes every payout that waits."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.scratch import copied
from tests.world import World, open_world


@pytest.fixture
def own_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database of the test's own."""
    with copied(server_url, run_folder, template) as url:
        yield url


@pytest.fixture
async def world(own_url: str) -> AsyncIterator[World]:
    """A market of its own."""
    async with open_world(own_url) as world:
        yield world
