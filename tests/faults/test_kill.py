"""The server, and PostgreSQL, are killed in the middle of a load: nothing is lost or done twice.

FONDACO_FAULT_SEED and FONDACO_FAULT_ROUNDS run other moments and more of them.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import httpx
import pytest

from fondaco import kernel
from fondaco.torture.audit import audit
from fondaco.torture.clients import Client
from fondaco.torture.history import History
from tests.faults.audit import quiet, their_facts
from tests.faults.deployment import PATIENCE, Deployment, deployed

SEED = int(os.environ.get("FONDACO_FAULT_SEED", "1"))
ROUNDS = int(os.environ.get("FONDACO_FAULT_ROUNDS", "10"))
TIMEOUT = 10.0
"""Seconds that a client waits for an answer before it takes it for lost."""

CLIENTS = 16
STARTED = 20
"""Calls that must be answered between two faults before the next one's moment is awaited."""

Kill = Callable[[Deployment], Awaitable[None]]


@pytest.mark.parametrize(
    "kill", [Deployment.kill_server, Deployment.kill_postgres], ids=["server", "postgresql"]
)
async def test_killed_under_load(home: Path, kill: Kill) -> None:
    async with deployed(home) as deployment:
        async with httpx.AsyncClient(
            base_url=deployment.url,
            headers={"Authorization": f"Bearer {deployment.secret}"},
            timeout=TIMEOUT,
        ) as http:
            history = History(http)
            await disturb(deployment, history, kill)
            assert await history.resolve(PATIENCE) == []
            doubts = sum(call.doubts > 0 for call in history.calls)
            print(f"{len(history.calls)} calls, {doubts} of them in doubt")
            assert doubts >= ROUNDS, "the faults met no load"
            assert await history.contradictions(PATIENCE) == []
            assert history.faulty + history.double_keys() == []
        await inspect(deployment, history)


async def disturb(deployment: Deployment, history: History, kill: Kill) -> None:
    """Trade, and kill at seeded moments of it."""
    stop = asyncio.Event()
    clients = [Client(n, SEED, deployment.market, history) for n in range(CLIENTS)]
    trading = [asyncio.create_task(client.trade(stop)) for client in clients]
    try:
        for number in range(ROUNDS):
            await progress(history)
            moment = Random(f"{SEED} {number}").uniform(0, 1)
            print(f"SEED={SEED} ROUND={number} MOMENT={moment:.3f}")
            await asyncio.sleep(moment)
            await kill(deployment)
        await progress(history)
    finally:
        stop.set()
        await asyncio.gather(*trading)


async def progress(history: History) -> None:
    """Return once clients are being answered again."""
    before = history.acknowledged
    async with asyncio.timeout(PATIENCE):
        while history.acknowledged < before + STARTED:  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.02)


async def inspect(deployment: Deployment, history: History) -> None:
    """Everything that was told is there, once; the rules hold; the provider's ledger is ours."""
    database = await kernel.connect(deployment.database_url)
    try:
        await quiet(database)
        assert await deployment.stop() == 0
        theirs = await asyncio.to_thread(their_facts, deployment.book)
        assert await audit(history, database, deployment.principal, theirs) == []
    finally:
        await database.close()
