"""The real process: a graceful stop answers everything, and a killed database comes back."""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from fondaco import kernel
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.settings import Settings
from fondaco.payments.providers.sandbox import LocalSandbox
from tests.edge.conftest import Shop
from tests.edge.server import Running, running


async def furnished(url: str) -> Shop:
    """A shop's ids and keys in the database of a running server."""
    database = await kernel.connect(url)
    shop = Shop(database, LocalSandbox(), Settings())
    await shop.furnish(1000)
    await shop.http.aclose()
    await database.close()
    return shop


def client(server: Running, shop: Shop) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, headers=shop.key("buyer"), timeout=60)


async def buy(http: httpx.AsyncClient, shop: Shop, key: str, token: str = "tok_ok") -> Any:
    headers = {"Idempotency-Key": key}
    return await http.post("/api/purchases", json=shop.purchase(token=token), headers=headers)


@pytest.mark.parametrize("workers", [1, 3])
async def test_a_graceful_stop_answers_everything_that_was_accepted(
    database_url: str, tmp_path: Path, workers: int
) -> None:
    with running(tmp_path, database_url, workers) as server:
        shop = await furnished(database_url)
        async with client(server, shop) as http:
            # the provider takes two seconds over this token, so all of these are under way
            waiting = [
                asyncio.create_task(buy(http, shop, f"slow-{n}", "tok_slow")) for n in range(40)
            ]
            await _under_way(server, shop, len(waiting))
            status = asyncio.create_task(asyncio.to_thread(server.stop))
            answers = await asyncio.gather(*waiting)
        assert Counter(a.status_code for a in answers) == {201: len(waiting)}
        assert Counter(a.json()["payment"]["status"] for a in answers) == {"captured": 40}
        assert await status == 0


async def test_workers_give_one_answer_to_one_key(database_url: str, tmp_path: Path) -> None:
    with running(tmp_path, database_url, workers=3) as server:
        shop = await furnished(database_url)
        answers = []
        for _ in range(12):  # each over a connection of its own, which any of them may take
            async with client(server, shop) as http:
                answers.append(await buy(http, shop, "same"))
        assert {a.status_code for a in answers} == {201}
        assert len({a.text for a in answers}) == 1
        assert server.stop() == 0


async def test_workers_do_not_outlive_a_server_that_was_killed(
    database_url: str, tmp_path: Path
) -> None:
    with running(tmp_path, database_url, workers=3) as server:
        others = psutil.Process(server.process.pid).children(recursive=True)
        followers = [one for one in others if "fondaco.serve" in one.cmdline()]
        assert len(followers) == 2
        server.process.kill()
        _, alive = await asyncio.to_thread(psutil.wait_procs, followers, 60)
        assert alive == []


async def _under_way(server: Running, shop: Shop, count: int) -> None:
    """Return once so many purchases are placed and wait for the provider."""
    async with httpx.AsyncClient(base_url=server.url, headers=shop.key("buyer")) as http:
        while True:
            page = (await http.get("/api/purchases?limit=200")).json()["purchases"]
            if sum(p["payments"][0]["state"] == "created" for p in page) >= count:
                return
            await asyncio.sleep(0.05)


async def test_a_killed_database_comes_back_and_a_retry_tells(home: Path) -> None:
    with running(home, None) as server, Embedded.start(home) as ours:
        shop = await furnished(ours.url())
        async with client(server, shop) as http:
            before = await buy(http, shop, "before")
            assert ours.pid is not None
            os.kill(ours.pid, signal.SIGKILL)
            during = await _insist(http, shop, "during")
            again = await buy(http, shop, "before")
            late = await buy(http, shop, "during")
        assert again.json() == before.json()
        assert late.json() == during.json()
        assert server.stop() == 0


async def _insist(http: httpx.AsyncClient, shop: Shop, key: str) -> httpx.Response:
    """Send the same request until it is answered by more than 'come again'."""
    while True:
        answer: httpx.Response = await buy(http, shop, key)
        if answer.status_code != 503:
            assert answer.status_code == 201, answer.text
            return answer
        assert int(answer.headers["retry-after"]) > 0
        await asyncio.sleep(0.1)
