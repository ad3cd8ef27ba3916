"""Comparing a provider's day with the journal, from the command line."""

from datetime import date
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from fondaco import payments
from fondaco.cli.deployment import home, on_database, settings
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import show
from fondaco.kernel.money import show as money
from fondaco.payments.providers import NoAnswer, Unable
from fondaco.payments.providers.chosen import chosen


def reconcile_day(day: str, provider: str | None, data: Path | None) -> None:
    """Compare the day, show its breaks, and end with exit code 1 if any is open."""
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise CliError(f"{day!r} is not a day like 2026-01-31", MISUSED) from None
    own = settings(data)

    async def work(database: Database) -> tuple[str, list[Row]]:
        async with chosen(own, home(own), f"http://{own.host}:{own.port}") as choice:
            name = provider or choice.payer
            asked = choice.providers.get(name)
            if asked is None:
                raise CliError(f"there is no provider {name!r}", MISUSED)
            try:
                done = await payments.reconcile(
                    database, asked, when, pays_out=name == choice.payer
                )
            except (Unable, ValueError) as error:
                raise CliError(str(error), MISUSED) from error
            except NoAnswer as error:
                raise CliError(f"{name} does not answer: {error}") from error
        said = f"{name}, {when}: {done.matched} of {done.lines} lines fit, {done.breaks} do not."
        return said, await payments.breaks_of(database, name, when)

    said, rows = on_database(data, work)
    typer.echo(said)
    table = Table("break", "kind", "difference", "state", "why")
    for row in rows:
        table.add_row(
            show("brk", row["id"]), row["kind"], money(row["difference"], row["currency"]),
            row["state"], row["note"] or row["reason"],
        )  # fmt: skip
    if rows:
        Console().print(table)
    if any(row["state"] == "open" for row in rows):
        raise typer.Exit(1)
