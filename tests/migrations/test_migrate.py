"""Migrations: every file once, in order, whoever else tries; anything strange stops them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel import Unavailable, migrate
from fondaco.kernel.migrate import Migration, MigrationError
from tests.scratch import administer, copied


@pytest.fixture
def empty_url(server_url: str, run_folder: Path) -> Iterator[str]:
    """A database with nothing in it."""
    with copied(server_url, run_folder, None) as url:
        yield url


@pytest.fixture
def migrated_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database of the test's own with every migration."""
    with copied(server_url, run_folder, template) as url:
        yield url


async def read(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def files() -> list[str]:
    return [one.name for one in migrate.migrations()]


def test_files_are_numbered_without_a_gap() -> None:
    numbers = [one.number for one in migrate.migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert files() == sorted(files())


async def test_a_fresh_database_gets_every_file_in_order(empty_url: str) -> None:
    assert await migrate.migrate(empty_url) == files()
    noted = "select array_agg(name order by applied_at, number) from public.fondaco_migration"
    assert await read(empty_url, noted) == files()


async def test_a_second_run_does_nothing(migrated_url: str) -> None:
    when = "select max(applied_at) from public.fondaco_migration"
    before = await read(migrated_url, when)
    assert await migrate.migrate(migrated_url) == []
    assert await read(migrated_url, when) == before


async def test_two_at_once_apply_each_file_once(empty_url: str) -> None:
    done = await asyncio.gather(*(migrate.migrate(empty_url) for _ in range(3)))
    assert sorted(done, key=len) == [[], [], files()]


async def test_an_edited_file_is_noticed(migrated_url: str) -> None:
    await administer(
        migrated_url, "update public.fondaco_migration set checksum = 'other' where number = 2"
    )
    with pytest.raises(MigrationError, match=r"0002_ledger\.sql was edited"):
        await migrate.migrate(migrated_url)


async def test_a_newer_database_is_refused(migrated_url: str) -> None:
    await administer(
        migrated_url, "insert into public.fondaco_migration values (9001, '9001_later.sql', '')"
    )
    with pytest.raises(MigrationError, match="migration 9001, which this Fondaco does not know"):
        await migrate.migrate(migrated_url)


async def test_a_file_that_fails_leaves_nothing_behind(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, fixed = (
        Migration(9000, "9000_good.sql", "create table public.good (n int)"),
        Migration(9001, "9001_bad.sql", "create table public.bad (n int); select 1 / 0"),
        Migration(9001, "9001_bad.sql", "create table public.bad (n int)"),
    )
    ours = migrate.migrations()
    monkeypatch.setattr(migrate, "migrations", lambda: [*ours, good, bad])
    with pytest.raises(MigrationError, match=r"9001_bad\.sql: division by zero"):
        await migrate.migrate(migrated_url)
    assert await read(migrated_url, "select to_regclass('public.good') is not null")
    assert await read(migrated_url, "select to_regclass('public.bad') is null")
    monkeypatch.setattr(migrate, "migrations", lambda: [*ours, good, fixed])
    assert await migrate.migrate(migrated_url) == ["9001_bad.sql"]


async def test_a_process_that_serves_knows_when_migrations_are_missing(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await kernel.connect(migrated_url)
    await migrate.check(database)
    later = Migration(9000, "9000_later.sql", "select 1")
    ours = migrate.migrations()
    monkeypatch.setattr(migrate, "migrations", lambda: [*ours, later])
    with pytest.raises(Unavailable, match="9000"):
        await migrate.check(database)
    await database.close()


@pytest.mark.parametrize("gone", ["server", "database"])
async def test_nothing_to_migrate_is_unavailable(server_url: str, gone: str) -> None:
    missing = urlunsplit(urlsplit(server_url)._replace(path="/no-such-database"))
    url = "postgresql://nobody@127.0.0.1:1/none" if gone == "server" else missing
    with pytest.raises(Unavailable):
        await migrate.migrate(url)
