"""`fondaco bench`: its options; what it does is loaded when it is called."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated

import typer


def bench(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Run just this one, as --only does.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Questions and products, which only `search` needs."),
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the results here.")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="NAME", help="Run just this one.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the results with machine, date, a table and a picture."
        ),
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="How much of the load: 0.1 is a quick look.")
    ] = 1.0,
) -> None:
    """Measure the house on this machine, on fresh servers as shipped.

    \b
    Examples:
      fondaco bench
      fondaco bench --only engine --json results.json
      fondaco bench search ./homedepot
      fondaco bench --scale 0.1
    """
    from fondaco.cli.books import bench_here

    bench_here(json, name or only, record, scale, folder)
