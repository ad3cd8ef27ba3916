"""Metrics: every command that was decided is counted under what became of it."""

from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from fondaco.kernel import Database
from tests.kernel.jotting import clean, jot_all, jotter


def counted(outcome: str) -> float:
    names = {"command": "kernel.jot", "outcome": outcome}
    return REGISTRY.get_sample_value("fondaco_commands_total", names) or 0


@pytest.fixture
def before() -> dict[str, float]:
    return {name: counted(name) for name in ("accepted", "odd", "key_reused", "error")}


async def test_commands_are_counted_by_what_became_of_them(
    scratch: Database, before: dict[str, float]
) -> None:
    await clean(scratch)
    a, b, c, d = (uuid4().hex for _ in range(4))
    await jot_all(scratch, jotter(), (a, 2), (b, 3), (c, -2), (d, 4), (d, 6))
    assert {name: counted(name) - was for name, was in before.items()} == {
        "accepted": 2, "odd": 1, "key_reused": 1, "error": 1,
    }  # fmt: skip
