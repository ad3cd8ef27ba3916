"""Fifty seeded schedules of faults, and every seed that ever failed."""

from pathlib import Path

import pytest

from fondaco.torture import schedule
from fondaco.torture.arena import Arena
from fondaco.torture.plan import Kind, plan
from fondaco.torture.schedule import run

SCHEDULES = 50
FAILED_ONCE = Path(__file__).with_name("seeds.txt")


def failed_once() -> list[int]:
    """The seeds of the list; what follows a number says what it found."""
    lines = FAILED_ONCE.read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("seed", sorted({*range(SCHEDULES), *failed_once()}))
async def test_nothing_is_lost_or_done_twice(opened: Arena, seed: int) -> None:
    verdict = await run(opened, seed)
    print(f"SEED={seed}: fondaco torture --schedules 1 --seed {seed}")
    print(verdict.plan, verdict.killed_at, verdict.log, sep="\n")
    assert verdict.failures == []
    assert verdict.calls > 50
    assert verdict.skipped.keys() <= {Kind.FILL_DISK}


async def test_a_schedule_that_breaks_is_told_and_fails(
    opened: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise LookupError("no such process")

    monkeypatch.setattr(schedule, "_staged", broken)
    verdict = await run(opened, 1)
    assert verdict.failures == ["the schedule itself broke: LookupError('no such process')"]
    assert "Traceback" in verdict.log


def test_a_seed_is_always_the_same_schedule() -> None:
    assert [plan(seed) for seed in range(20)] == [plan(seed) for seed in range(20)]
    assert plan(1) != plan(2)


def test_every_fault_is_among_the_schedules() -> None:
    plans = [plan(seed) for seed in range(SCHEDULES)]
    assert {blow.kind for one in plans for blow in one.blows} == set(Kind)
    moments = {death.partition(":")[0] for one in plans for death in one.deaths}
    assert moments == {"statement", "commit", "committed"}
