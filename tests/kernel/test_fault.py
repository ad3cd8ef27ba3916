"""The fault point kills at the moment that it names, and where none is named nothing counts."""

import os
import signal

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel.fault import VARIABLE, connection_class
from fondaco.kernel.sql import compile_statement

ONE = compile_statement("one", "select 1 as n")


class Killed(BaseException):
    """Instead of the end of this process."""


@pytest.fixture(autouse=True)
def immortal(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(process: int, number: int) -> None:
        assert (process, number) == (os.getpid(), signal.SIGKILL)
        raise Killed

    monkeypatch.setattr(os, "kill", kill)


def test_without_a_fault_connections_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert connection_class() is asyncpg.Connection


@pytest.mark.parametrize("text", ["statement", "commit:x", "never:1"])
def test_a_moment_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ValueError, match="FONDACO_FAULT"):
        connection_class()


@pytest.mark.parametrize(
    ("fault", "before", "jotted"),
    [("statement:3", 2, False), ("commit:2", 3, False), ("committed:2", 3, True)],
)
async def test_it_kills_at_its_moment(
    scratch_url: str, monkeypatch: pytest.MonkeyPatch, fault: str, before: int, jotted: bool
) -> None:
    """Two transactions: two statements, then one that writes."""
    monkeypatch.setenv(VARIABLE, fault)
    database = await kernel.connect(scratch_url, pool_size=4)
    name = fault.replace(":", "_")
    write = compile_statement("write", f"create table {name} ()")
    there = compile_statement("there", f"select to_regclass('{name}') is not null as there")
    done: list[str] = []

    async def work() -> None:
        async with database.transaction() as tx:
            for _ in range(2):
                await tx.fetch(ONE)
                done.append("read")
        async with database.transaction() as tx:
            await tx.fetch(write)
            done.append("written")

    try:
        with pytest.raises(Killed):
            await work()
        assert len(done) == before
        assert (await database.fetch(there))[0]["there"] is jotted
    finally:
        await database.close()
