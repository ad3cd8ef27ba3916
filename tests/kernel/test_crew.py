"""A crew: as many followers as asked for, ready before it says so, gone when it is told."""

import asyncio
import os
import sys
from pathlib import Path

from fondaco.kernel.crew import Crew

_FOLLOWER = """
import os, sys
from pathlib import Path
from fondaco.kernel.crew import tell_ready
Path(sys.argv[1], str(os.getpid())).touch()
tell_ready()
sys.stdin.read()
Path(sys.argv[1], str(os.getpid())).unlink()
"""


def crew(folder: Path, size: int) -> Crew:
    return Crew(size, [sys.executable, "-c", _FOLLOWER, str(folder)], os.environ)


def running(folder: Path) -> set[int]:
    return {int(one.name) for one in folder.iterdir()}


async def test_all_are_there_once_started_and_none_once_stopped(tmp_path: Path) -> None:
    followers = crew(tmp_path, 3)
    await followers.start()
    assert len(running(tmp_path)) == 3
    await followers.stop()
    assert running(tmp_path) == set()


async def test_one_that_ends_before_its_time_is_replaced(tmp_path: Path) -> None:
    followers = crew(tmp_path, 1)
    await followers.start()
    [first] = running(tmp_path)
    os.kill(first, 9)
    for _ in range(600):
        if len(running(tmp_path)) == 2:  # the one that was killed has left its note
            break
        await asyncio.sleep(0.05)
    await followers.stop()
    assert running(tmp_path) == {first}


async def test_one_that_never_starts_does_not_hold_the_rest_up(tmp_path: Path) -> None:
    followers = Crew(1, [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
    await followers.start()
    await followers.stop()


async def test_an_empty_crew_is_no_trouble() -> None:
    nobody = Crew(0, ["none"], {})
    await nobody.start()
    await nobody.stop()
