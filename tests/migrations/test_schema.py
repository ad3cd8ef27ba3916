"""docs/internals/schema.sql is what the migrations make, so that it can be read instead of them.

After a change, write it anew: FONDACO_WRITE_SCHEMA=1 .venv/bin/pytest tests/migrations
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from fondaco.kernel.postgres import Programs
from tests.scratch import copied

FILE: Final = Path(__file__).parents[2] / "docs" / "internals" / "schema.sql"
HEAD: Final = """\
-- The schema that the migrations in src/fondaco/migrations make, as pg_dump tells it. A test
-- compares; after a change write it anew: FONDACO_WRITE_SCHEMA=1 .venv/bin/pytest tests/migrations
"""
# What says which server and which dump program, or sets up the session that would load it.
_NOISE: Final = re.compile(r"^(--|SET |SELECT pg_catalog\.|\\(un)?restrict)")


@pytest.fixture
def migrated_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    with copied(server_url, run_folder, template) as url:
        yield url


def dump(url: str) -> str:
    """The schema of a database, without what differs between machines and versions."""
    done = Programs.find().run(
        "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--dbname", url
    )
    assert done.returncode == 0, done.stderr
    lines = [line.rstrip() for line in done.stdout.splitlines() if not _NOISE.match(line)]
    text = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip("\n")
    return f"{HEAD}\n{text}\n"


async def test_the_schema_on_file_is_what_the_migrations_make(migrated_url: str) -> None:
    connection = await asyncpg.connect(migrated_url)
    major = connection.get_server_version().major
    await connection.close()
    if major != 18:
        pytest.skip("the file is of PostgreSQL 18, the embedded version")
    made = dump(migrated_url)
    if os.environ.get("FONDACO_WRITE_SCHEMA"):
        FILE.write_text(made, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == made, "write it anew, as its first lines say"
