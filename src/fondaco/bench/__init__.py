"""Bench: repeatable loads on a fresh server, measured, recorded and drawn.

Owns no tables. Promises that every load starts from a fresh house, that all is given as a ratio
to the floor measured in the same run, and that the driver's own cost stands beside.
"""

from pathlib import Path


def run(
    only: str | None = None,
    json_file: Path | None = None,
    record: Path | None = None,
    scale: float = 1.0,
    folder: Path | None = None,
) -> None:
    """Run the bench with progress on stderr and a table on stdout, and keep the results.

    `folder` holds the questions that only `search` asks; without it a whole run leaves that out.
    `json_file` takes the bare list of results, `record` the list with the machine and date.
    Raises ValueError for an unknown name. What it needs is imported now, so that the driver and
    its ceiling, which run as processes of this package, start quickly and count only themselves.
    """
    from fondaco.bench.command import run_and_show

    run_and_show(only, json_file, record, scale, folder)


__all__ = ["run"]
