"""Importing sanction lists, and showing whom they are like."""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from fondaco import risk
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.kernel import Database, Refused, Row, Sent, run
from fondaco.kernel.ids import show as shown

_STATES: Final = ("open", "cleared", "confirmed", "withdrawn")
_PAGE: Final = 200


def import_files(name: str, files: Sequence[Path], version: str, data: Path | None) -> None:
    """Import a list; tell its bad rows and end with 1 if there are any."""
    if not re.fullmatch("[a-z0-9-]{1,40}", name):
        raise CliError(f"{name!r} is no name of a list: small letters, digits and -", MISUSED)
    if not 1 <= len(version) <= 100:
        raise CliError("a version has 1 to 100 characters", MISUSED)
    try:
        entries = risk.read_entries(files)
    except risk.BadList as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        raise CliError(str(error), FAILED if error.problems else MISUSED) from error
    except OSError as error:
        raise CliError(f"cannot read {error.filename}: {error.strerror}") from error
    wish = risk.ImportList(name=name, version=version, entries=entries)

    async def work(database: Database) -> risk.ListImported:
        [answer] = await run(
            database, risk.import_list, [Sent(wish, "system", secrets.token_hex())]
        )
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refused):
            raise CliError(answer.detail)
        return answer

    done = on_database(data, work)
    was = "imported" if done.changed else "was there already"
    typer.echo(f"{name} {done.version}: {done.entries:,} entries, {was}.")


def show(data: Path | None) -> None:
    """One line a list."""
    found = on_database(data, risk.lists)
    for row in found:
        typer.echo(
            f"{row['name']:12} {row['version']:12} {row['entries']:>7,} entries "
            f"{row['names']:>7,} names  {row['imported_at']:%Y-%m-%d %H:%M}"
        )
    if not found:
        typer.echo("There are no lists: nobody is screened. See: fondaco risk import --help")


def show_found(state: str, data: Path | None) -> None:
    """One line a hit."""
    if state not in _STATES:
        raise CliError(f"{state!r} is no state; there are {', '.join(_STATES)}", MISUSED)

    async def work(database: Database) -> list[Row]:
        every: list[Row] = []
        while True:
            page = await risk.hits(database, state, every[-1]["id"] if every else 0, _PAGE)
            every += page
            if len(page) < _PAGE:
                return every

    found = on_database(data, work)
    for row in found:
        typer.echo(
            f"{shown('hit', row['id'])}  {shown('sel', row['party'])}  {row['name']}  is like  "
            f"{row['listed_name']}  ({row['list']} {row['version']}, {row['entry']}, "
            f"{row['score']} of 100)"
        )
    if not found:
        typer.echo(f"There are no hits that are {state}.")
