"""One arena for each worker: its PostgreSQL is killed and starved, so it is nobody else's."""

from collections.abc import Iterator

import pytest

from fondaco.torture.arena import Arena, arena


@pytest.fixture(scope="session")
def opened() -> Iterator[Arena]:
    """A furnished arena."""
    with arena() as one:
        yield one
