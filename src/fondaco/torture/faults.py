"""How each fault is made. Each function returns once its fault is over."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

import asyncpg
import msgspec
import psutil

from fondaco.payments.providers.sandbox import Mode
from fondaco.torture.limits import PATIENCE, within
from fondaco.torture.plan import Blow, Kind
from fondaco.torture.stage import Stage

_OURS: Final = "application_name like 'fondaco%' and datname = current_database()"
_LOCKED: Final = "orders.orders"


async def strike(stage: Stage, blow: Blow) -> str:
    """Make the fault; why it could not be made here, or nothing."""
    if blow.kind is Kind.FILL_DISK and stage.arena.disk.why_not:
        return stage.arena.disk.why_not
    await _FAULTS[blow.kind](stage, blow)
    return ""


async def mend(stage: Stage) -> None:
    """End whatever has not ended by itself; service resumes after this."""
    stage.clock.value = 0.0
    stage.to_database.mend()
    stage.to_server.mend()
    stage.arena.disk.free()
    await stage.behave(msgspec.structs.replace(stage.plan.mode, outage=False))


async def _kill_server(stage: Stage, _: Blow) -> None:
    stage.signal_server(signal.SIGKILL)


async def _stop_server(stage: Stage, _: Blow) -> None:
    stage.signal_server(signal.SIGTERM)


async def _kill_backend(stage: Stage, blow: Blow) -> None:
    postgres = await stage.arena.postgres()
    backends = [] if postgres is None else _backends(postgres, stage.database)
    if backends:
        dice = Random(blow.after)  # noqa: S311 - a repeatable schedule, no secret
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(backends).pid, signal.SIGKILL)


def _backends(postgres: psutil.Process, database: str) -> list[psutil.Process]:
    found = []
    for child in postgres.children():
        with contextlib.suppress(psutil.Error):
            if f" {database} " in " ".join(child.cmdline()):
                found.append(child)
    return found


async def _kill_postgres(stage: Stage, _: Blow) -> None:
    before = await stage.arena.postgres()
    if before is None:
        return
    before.send_signal(signal.SIGKILL)
    async with within(PATIENCE, "PostgreSQL is not started again"):
        while await _pid(stage) in (None, before.pid):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


async def _pid(stage: Stage) -> int | None:
    now = await stage.arena.postgres()
    return None if now is None else now.pid


async def _kill_provider(stage: Stage, _: Blow) -> None:
    await stage.kill_provider()


async def _end_sessions(stage: Stage, _: Blow) -> None:
    async with _looking_on(stage) as connection:
        await connection.execute(
            f"select pg_terminate_backend(pid) from pg_stat_activity where {_OURS}"  # noqa: S608
        )


async def _cancel(stage: Stage, _: Blow) -> None:
    async with _looking_on(stage) as connection:
        for _time in range(20):
            await connection.execute(
                "select pg_cancel_backend(pid) from pg_stat_activity"  # noqa: S608
                f" where state = 'active' and pid <> pg_backend_pid() and {_OURS}"
            )
            await asyncio.sleep(0.005)


async def _lock(stage: Stage, blow: Blow) -> None:
    """What holds a table up holds up every connection of the pool sooner or later."""
    async with _looking_on(stage) as connection, connection.transaction():
        await connection.execute(f"lock table {_LOCKED} in access exclusive mode")
        await asyncio.sleep(blow.seconds)


async def _drop_database(stage: Stage, _: Blow) -> None:
    stage.to_database.drop()


async def _freeze_database(stage: Stage, _: Blow) -> None:
    stage.to_database.freeze()


async def _cut_database(stage: Stage, blow: Blow) -> None:
    stage.to_database.cut()
    await asyncio.sleep(blow.seconds)
    stage.to_database.mend()


async def _lose_commit(stage: Stage, blow: Blow) -> None:
    stage.to_database.lose(b"COMMIT\0", blow.size)


async def _drop_clients(stage: Stage, _: Blow) -> None:
    stage.to_server.drop()


async def _freeze_clients(stage: Stage, _: Blow) -> None:
    stage.to_server.freeze()


async def _lose_answer(stage: Stage, blow: Blow) -> None:
    stage.to_server.lose(b"HTTP/1.1 20", blow.size)


async def _crowd(stage: Stage, blow: Blow) -> None:
    """Take every connection that PostgreSQL gives, then make the server want new ones."""
    crowd: list[Any] = []
    try:
        while len(crowd) < 200:
            crowd.append(await asyncpg.connect(stage.database_url))
    except (OSError, asyncpg.PostgresError):
        stage.to_database.drop()
        await asyncio.sleep(0.01)
        with contextlib.suppress(OSError, asyncpg.PostgresError):
            while len(crowd) < 200:  # what the server has just lost
                crowd.append(await asyncpg.connect(stage.database_url))
        await asyncio.sleep(blow.seconds)
    finally:
        for one in crowd:
            one.terminate()


async def _fill_disk(stage: Stage, blow: Blow) -> None:
    await asyncio.to_thread(stage.arena.disk.fill)
    await asyncio.sleep(blow.seconds)
    stage.arena.disk.free()


async def _outage(stage: Stage, blow: Blow) -> None:
    await stage.behave(Mode(outage=True))
    await asyncio.sleep(blow.seconds)
    await stage.behave(stage.plan.mode)


async def _clock(stage: Stage, blow: Blow) -> None:
    stage.clock.value = float(blow.size)
    await asyncio.sleep(blow.seconds)
    stage.clock.value = 0.0


@asynccontextmanager
async def _looking_on(stage: Stage) -> AsyncIterator[Any]:
    """A connection past the wire, as soon as there can be one."""
    connection = await stage.arena.connect(stage.database)
    try:
        yield connection
    finally:
        connection.terminate()


_FAULTS: Final[dict[Kind, Callable[[Stage, Blow], Awaitable[None]]]] = {
    Kind.KILL_SERVER: _kill_server,
    Kind.STOP_SERVER: _stop_server,
    Kind.KILL_BACKEND: _kill_backend,
    Kind.KILL_POSTGRES: _kill_postgres,
    Kind.KILL_PROVIDER: _kill_provider,
    Kind.END_SESSIONS: _end_sessions,
    Kind.CANCEL: _cancel,
    Kind.LOCK: _lock,
    Kind.DROP_DATABASE: _drop_database,
    Kind.FREEZE_DATABASE: _freeze_database,
    Kind.CUT_DATABASE: _cut_database,
    Kind.LOSE_COMMIT: _lose_commit,
    Kind.DROP_CLIENTS: _drop_clients,
    Kind.FREEZE_CLIENTS: _freeze_clients,
    Kind.LOSE_ANSWER: _lose_answer,
    Kind.CROWD: _crowd,
    Kind.FILL_DISK: _fill_disk,
    Kind.OUTAGE: _outage,
    Kind.CLOCK: _clock,
}
