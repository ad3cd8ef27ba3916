"""A world of its own for each test: lists are the whole deployment's."""

from collections.abc import AsyncIterator

import pytest

from tests.fresh import fresh_database
from tests.world import World, open_world


@pytest.fixture
async def world(server_url: str) -> AsyncIterator[World]:
    """A world with a database of its own."""
    async with fresh_database(server_url) as url, open_world(url) as own:
        yield own
