"""Checking the books, bringing the database up to date, and the bench."""

import asyncio
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from fondaco import check
from fondaco.cli.deployment import database_url, on_database, settings
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.kernel.migrate import migrate


def check_here(data: Path | None, as_json: bool) -> None:
    """Show every invariant with the rows that break it; exits with 1 if any is broken."""
    findings = on_database(data, check.check)
    clean = all(finding.clean for finding in findings)
    if as_json:
        found = {"clean": clean, "invariants": findings}
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show(findings)
    if not clean:
        raise typer.Exit(FAILED)


def _show(findings: list[check.Finding]) -> None:
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]ok    [/green]" if finding.clean else "[bold red]BROKEN[/bold red]"
        console.print(f"{mark} [bold]{finding.domain}.{finding.name}[/bold]")
        console.print(f"       {finding.rule}", style="dim", markup=False)
        if not finding.clean:
            console.print(f"       {finding.rows} rows, such as:")
            for example in finding.examples:
                console.print(f"         {example}", markup=False)
    broken = [finding for finding in findings if not finding.clean]
    if broken:
        console.print(f"\n{len(broken)} of {len(findings)} rules are broken.")
    else:
        console.print("\nAll rules hold.")


def migrate_here(data: Path | None) -> None:
    """Apply what is missing, and say what it was."""
    with database_url(settings(data), make=True) as url:
        done = asyncio.run(migrate(url))
    for name in done:
        typer.echo(f"applied {name}")
    typer.echo("The database is up to date.")


def bench_here(
    json_file: Path | None, only: str | None, record: Path | None, scale: float, folder: Path | None
) -> None:
    """Run the bench."""
    from fondaco import bench

    try:
        bench.run(only=only, json_file=json_file, record=record, scale=scale, folder=folder)
    except ValueError as error:
        raise CliError(str(error), MISUSED) from error
