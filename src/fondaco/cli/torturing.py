# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines
"""The torture: its options, and which seeds they mean."""

from typing import Annotated

import typer

from fondaco.cli.app import app
from fondaco.cli.faults import FAILED


@app.command()
def torture(
    schedules: Annotated[
        int, typer.Option("--schedules", min=1, max=1_000_000, help="How many are run.")
    ] = 50,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="The first one; the others follow it.")
    ] = 0,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, help="How many run side by side.")
    ] = 4,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Break a deployment under load in seeded ways, and check that nothing is lost or done twice.

    Server, PostgreSQL and provider are killed, cut off, starved of disk and connections, and lied
    to about the time, all on data folders that are thrown away. Ends with exit code 1 if a
    schedule fails; the seed of each that does is printed with how to run it again.

    \b
    Examples:
      fondaco torture
      fondaco torture --schedules 500 --seed 1000
      fondaco torture --schedules 1 --seed 17 --json | jq '.verdicts[].failures'
    """
    from fondaco.torture import run

    if not run(range(seed, seed + schedules), jobs, json):
        raise typer.Exit(FAILED)
