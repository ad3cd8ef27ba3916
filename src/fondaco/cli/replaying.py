"""Replaying real trades, with their figures on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from fondaco import replay
from fondaco.cli.deployment import settings
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.cli.screen import progress_bar
from fondaco.kernel.money import show

Progress = replay.olist.Progress
Found = TypeVar("Found", replay.olist.Figures, replay.retail.Figures)

_PLAIN: Final = (
    "rows",
    "purchases",
    "orders",
    "lines",
    "units",
    "settled_orders",
    "units_on_hand",
    "units_reserved",
    "cancellations",
    "cancellations_matched",
    "cancellations_unmatched",
    "violations",
)
"""Figures that are counts, not money."""
_SHOWN: Final = 10
_FAILURES: Final = (replay.olist.Unreadable, replay.olist.ReplayError)


def replay_olist_here(folder: Path, data: Path | None, as_json: bool) -> None:
    """Replay the Olist files of a folder; exits with 1 if a rule of the books is broken."""
    found = _replayed(replay.olist.run, folder, data)
    table = _table("The Olist orders, replayed", "BRL", found)
    for seller in found.top_sellers:
        table.add_row(f"top seller {seller.seller[:8]}", show(seller.net, "BRL"))
    for remark in [*found.breaks, *found.notices]:
        table.add_row("", remark)
    _print(found, table, as_json)


def replay_retail_here(folder: Path, data: Path | None, as_json: bool) -> None:
    """Replay the Online Retail files of a folder; exits with 1 if a rule of the books is broken."""
    found = _replayed(replay.retail.run, folder, data)
    table = _table("The Online Retail invoices, replayed", "GBP", found)
    for reason, count in found.reported.items():
        table.add_row(f"reported: {reason.replace('_', ' ')}", f"{count:,}")
    for remark in [*found.breaks[:_SHOWN], *found.notices]:
        table.add_row("", remark)
    if len(found.breaks) > _SHOWN:
        table.add_row("", f"and {len(found.breaks) - _SHOWN:,} more, all in --json")
    _print(found, table, as_json)


def _replayed(
    run: Callable[[Path, Path | None, str | None, Progress], Found], folder: Path, data: Path | None
) -> Found:
    if not folder.is_dir():
        raise CliError(f"there is no folder {folder}", MISUSED)
    chosen = settings(data)
    home = data or (Path(chosen.home) if chosen.home else None)
    try:
        with _progress() as tell:
            return run(folder, home, chosen.database_url, tell)
    except _FAILURES as error:
        raise CliError(str(error)) from error


def _print(found: Found, table: Table, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        Console().print(table)
    if found.violations:
        raise typer.Exit(FAILED)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on stderr that is filled stage by stage."""
    with progress_bar() as bar:
        task = bar.add_task("reading", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield tell


def _table(title: str, currency: str, found: Found) -> Table:
    """The figures, one each row; lists and classes are left to the caller."""
    table = Table(title=title, show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in msgspec.structs.asdict(found).items():
        if isinstance(value, list | dict):
            continue
        shown = f"{value:,}"
        if isinstance(value, int) and name not in _PLAIN:
            shown = show(value, currency)
        table.add_row(name.replace("_", " "), shown)
    return table
