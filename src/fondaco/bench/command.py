"""What `fondaco bench` does: run, show, and keep the results."""

import asyncio
from pathlib import Path

from rich.console import Console

from fondaco.bench import report
from fondaco.bench.report import Record, Result
from fondaco.bench.suite import bench
from fondaco.kernel.postgres import Programs


def run_and_show(
    only: str | None, json_file: Path | None, record: Path | None, scale: float,
    folder: Path | None = None,
) -> list[Result]:  # fmt: skip
    """Run the bench with progress on stderr and a table on stdout.

    `json_file` takes the bare list of results, `record` the list with the machine and date.
    Raises ValueError for an unknown name.
    """
    told = Console(stderr=True)
    results = asyncio.run(
        bench(only, lambda words: told.print(f"[dim]{words} ...[/dim]"), scale, folder)
    )
    console = Console()
    console.print(report.table(results))
    for miss in report.misses(results):
        console.print(f"[yellow]missed:[/yellow] {miss}")
    if json_file is not None:
        report.write_results(json_file, results)
    if record is not None:
        _keep(results, record)
    return results


def _keep(results: list[Result], record: Path) -> None:
    """The results with machine and date as JSON, and beside it a page's table and the picture."""
    from fondaco.bench.picture import draw  # needs matplotlib, which only developers have

    machine = report.this_machine(Programs.find().version)
    report.write_record(record, Record(machine, results))
    record.with_suffix(".md").write_text(report.markdown(results), encoding="utf-8")
    draw(results, machine, record.with_suffix(""))
