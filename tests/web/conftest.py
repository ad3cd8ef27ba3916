"""A furnished market on a database of its own, and its pages without sockets."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from fondaco import kernel, web
from fondaco.demo import catalogue
from fondaco.demo.furnish import furnish
from fondaco.kernel import Database
from fondaco.kernel.front import Front
from fondaco.kernel.settings import Settings
from fondaco.serve import build
from tests.scratch import copied

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def market_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database with the demo's market, before any trade."""

    async def open_market() -> None:
        database = await kernel.connect(url)
        try:
            await furnish(database, catalogue.load(), datetime(2026, 1, 5, tzinfo=UTC), 1, 1)
        finally:
            await database.close()

    with copied(server_url, run_folder, template) as url:
        asyncio.run(open_market())
        yield url


@pytest.fixture
def empty_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database without a market."""
    with copied(server_url, run_folder, template) as url:
        yield url


@pytest.fixture(scope="module")
def pictures_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo's pictures."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(catalogue.IMAGES, home / web.PICTURES)
    return home


def get(url: str, home: Path, path: str, **headers: str) -> httpx.Response:
    """What a GET is answered, by the application over that database and data folder."""

    async def ask() -> httpx.Response:
        database: Database = await kernel.connect(url)
        try:
            app = Front(build(Settings(), database, {}, home), 30)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://it.test") as client:
                return await client.get(path, headers=headers)
        finally:
            await database.close()

    return asyncio.run(ask())
