"""Random lives of a market come to what one clerk makes of them, step by step.

FONDACO_CLERK_SEED runs 300 others.
"""

import fcntl
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import run_state_machine_as_test

from tests.money.kinds import KINDS
from tests.money.paying import Paying
from tests.money.theatre import theatre
from tests.scratch import copied

SHARDS, RUNS, STEPS = 12, 25, 50
USUAL = 1
"""Lives that do together all that can be done. A change may make them others: then seek a seed
that does, or have what is never done happen more often."""
SEED = int(os.environ.get("FONDACO_CLERK_SEED", USUAL))


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis draws on the numbers in all code that is loaded, which differs from worker to
    worker; here a seed is to be the same life everywhere."""
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    providers.CONSTANTS_CACHE.cache.clear()


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_market_comes_to_what_a_clerk_makes_of_it(
    server_url: str, run_folder: Path, template: str, shard: int
) -> None:
    """300 runs of 50 steps over all shards; together they have done all that can be done.

    A failing run is told as it is: to have it shortened, which takes minutes, add Phase.shrink.
    """
    accepted: Counter[str] = Counter()
    with copied(server_url, run_folder, template) as url, theatre(url) as house:

        @seed(SEED * SHARDS + shard)
        def machine() -> Paying:
            return Paying(house, accepted)

        run_state_machine_as_test(
            machine,  # type: ignore[arg-type]  # a function that makes one will do
            settings=settings(
                max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False, print_blob=True,
            ),
        )  # fmt: skip
    assert accepted["refused"] < accepted.total() / 2, "most of it must be done, not refused"
    together = added_up(run_folder, shard, accepted)
    if together is not None and SEED == USUAL:
        assert (missing := KINDS - together.keys()) == set(), f"never done: {sorted(missing)}"


def added_up(run_folder: Path, shard: int, accepted: Counter[str]) -> Counter[str] | None:
    """What all shards have done, for the last of them to end; they may run in any worker."""
    with (run_folder / "clerk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (run_folder / f"clerk-{shard}.json").write_text(json.dumps(accepted))
        told = sorted(run_folder.glob("clerk-*.json"))
    if len(told) < SHARDS:
        return None
    return sum((Counter(json.loads(one.read_text())) for one in told), Counter[str]())
