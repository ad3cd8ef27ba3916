"""Migrations: plain SQL files, forward only, each applied once and never edited afterwards."""

import asyncio
import hashlib
from importlib import resources
from typing import Any, Final, NamedTuple

import asyncpg

from fondaco.kernel.db import LOST, Database
from fondaco.kernel.errors import Unavailable
from fondaco.kernel.sql import compile_statement

_LOCK: Final = 0x0F0DAC1
_PATIENCE: Final = 20.0
_APPLYING: Final = 300
# A process that vanishes while it migrates must not keep the others out for hours.
_SESSION: Final = {
    "application_name": "fondaco migrate",
    "idle_session_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}
OLDEST: Final = 160_000
_APPLIED: Final = compile_statement("applied", "select number from public.fondaco_migration")


class MigrationError(Exception):
    """The database cannot be brought up to date; the message says why."""


class Migration(NamedTuple):
    """One file: its number, name, text and checksum."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """Hash of the text, kept in the database to notice a file edited after the fact."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations in order."""
    folder = resources.files("fondaco.migrations")
    found = [
        Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found)


async def migrate(url: str) -> list[str]:
    """Bring the database at `url` up to date; the names of what was applied.

    Two processes may try at once: one waits for the other. Each file is one transaction under
    lock and statement timeouts, so a migration never blocks trade for long: it gives up instead.
    Raises MigrationError or Unavailable.
    """
    try:
        connection = await asyncpg.connect(url, command_timeout=_PATIENCE, server_settings=_SESSION)
    except (*LOST, asyncpg.InvalidCatalogNameError) as error:
        raise Unavailable(f"no PostgreSQL answers: {error}") from error
    try:
        if connection.get_server_version().major * 10_000 < OLDEST:
            raise MigrationError("PostgreSQL 16 or newer is needed")
        # Asked anew each time: a dead connection looks like one that waits inside a statement.
        while not await connection.fetchval(f"select pg_try_advisory_lock({_LOCK})"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        done = await _apply_all(connection)
        await connection.close(timeout=_PATIENCE)
    except LOST as error:
        raise Unavailable(f"PostgreSQL is gone: {error}") from error
    finally:
        connection.terminate()
    return done


async def check(database: Database) -> None:
    """Raise Unavailable unless the database answers and has every migration of this Fondaco."""
    rows = await database.fetch(_APPLIED)
    if missing := {m.number for m in migrations()} - {row["number"] for row in rows}:
        raise Unavailable(f"migrations are missing: {sorted(missing)}")


async def _apply_all(connection: Any) -> list[str]:
    await connection.execute(
        "create table if not exists public.fondaco_migration ("
        " number int primary key, name text not null, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = await connection.fetch("select number, name, checksum from public.fondaco_migration")
    applied = {row["number"]: row for row in rows}
    ours = migrations()
    if newer := set(applied) - {m.number for m in ours}:
        raise MigrationError(
            f"the database has migration {max(newer)}, which this Fondaco does not know;"
            " run the newer version that made it"
        )
    done = []
    for migration in ours:
        if (old := applied.get(migration.number)) is None:
            await _apply(connection, migration)
            done.append(migration.name)
        elif old["checksum"] != migration.checksum:
            raise MigrationError(f"{migration.name} was edited after it was applied")
    return done


async def _apply(connection: Any, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute("set local lock_timeout = '5s'")
            await connection.execute(f"set local statement_timeout = '{_APPLYING}s'")
            await connection.execute(migration.text, timeout=_APPLYING + 1)
            await connection.execute(
                "insert into public.fondaco_migration (number, name, checksum) values ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.checksum,
            )
    except asyncpg.PostgresError as error:
        raise MigrationError(f"{migration.name}: {error}") from error
