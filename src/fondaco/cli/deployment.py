"""The deployment that a command is about: its settings, its folder, its database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import asyncpg
import msgspec
import typer

from fondaco import kernel
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database
from fondaco.kernel import migrate as migrations
from fondaco.kernel.embedded import Embedded, default_home
from fondaco.kernel.ports import claim
from fondaco.kernel.settings import Settings, load

DATABASE: Final = "fondaco"
Result = TypeVar("Result")


def settings(data: Path | None, **over: Any) -> Settings:
    """The settings, with a command's options before all others. Raises SettingsError."""
    return load(home=str(data) if data else None, **over)


def home(of: Settings) -> Path:
    """The data folder of the deployment."""
    return Path(of.home) if of.home else default_home()


@contextmanager
def database_url(of: Settings, *, make: bool = False) -> Iterator[str]:
    """Address of the deployment's database, with its server running.

    Raises CliError where there is none yet, unless it may be made.
    """
    if of.database_url:
        yield of.database_url
        return
    folder = home(of)
    if not make and not (folder / "pgdata").exists():
        raise CliError(
            f"there is no database in {folder} yet; `fondaco serve` or `fondaco demo --data DIR`"
            " makes one, --data names another folder",
            MISUSED,
        )
    with Embedded.start(folder) as server:
        server.create_database(DATABASE)
        yield server.url(DATABASE)


def on_database(data: Path | None, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """What `work` makes of the deployment's database, which must be there and up to date."""
    chosen = settings(data)
    with database_url(chosen) as url:
        return asyncio.run(_on(url, chosen, work))


async def _on(url: str, chosen: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    async with connected(url, chosen) as database:
        try:
            await migrations.check(database)
        except (asyncpg.UndefinedTableError, kernel.Unavailable) as error:
            raise CliError(
                f"the database is not up to date ({error}); `fondaco migrate` brings it there"
            ) from error
        return await work(database)


@asynccontextmanager
async def connected(url: str, chosen: Settings) -> AsyncIterator[Database]:
    """The open database, closed on leaving."""
    database = await kernel.connect(url, buckets=chosen.buckets, pool_size=chosen.pool_size)
    try:
        yield database
    finally:
        await database.close()


def claim_port(chosen: Settings) -> Settings:
    """The settings with a port that is free now. Raises PortTaken if the one wished for is not."""
    return msgspec.structs.replace(chosen, port=claim(chosen.host, chosen.port))


def serve_here(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve the deployment until told to stop."""
    from fondaco.serve import serve

    chosen = claim_port(settings(data, host=host, port=port))

    def ready(address: str) -> None:
        typer.echo(f"Fondaco serves {address}\nThe API is described at {address}/reference")
        typer.echo("An API key: fondaco key issue" + (f" --data {data}" if data else ""))
        typer.echo("Ctrl-C ends it.")

    serve(chosen, home(chosen), ready)
