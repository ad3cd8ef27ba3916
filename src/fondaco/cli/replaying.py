"""Replaying real trades, with their figures on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from fondaco import replay
from fondaco.cli.deployment import settings
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.cli.screen import progress_bar
from fondaco.kernel.money import show

_CURRENCY: Final = "BRL"
_COUNTS: Final = (
    "purchases",
    "orders",
    "lines",
    "settled_orders",
    "units_on_hand",
    "units_reserved",
    "violations",
)


def replay_here(folder: Path, data: Path | None, as_json: bool) -> None:
    """Replay the Olist files of a folder; exits with 1 if a rule of the books is broken."""
    olist = replay.olist
    if not folder.is_dir():
        raise CliError(f"there is no folder {folder}", MISUSED)
    chosen = settings(data)
    home = data or (Path(chosen.home) if chosen.home else None)
    try:
        with _progress() as tell:
            figures = olist.run(folder, home, chosen.database_url, tell)
    except (olist.Unreadable, olist.ReplayError) as error:
        raise CliError(str(error)) from error
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(figures)).decode())
    else:
        Console().print(_table(figures))
    if figures.violations:
        raise typer.Exit(FAILED)


@contextmanager
def _progress() -> Iterator[replay.olist.Progress]:
    """A bar on stderr that is filled stage by stage."""
    with progress_bar() as bar:
        task = bar.add_task("reading", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield tell


def _table(figures: replay.olist.Figures) -> Table:
    table = Table(title="The Olist orders, replayed", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in msgspec.structs.asdict(figures).items():
        if isinstance(value, list):
            continue
        shown = f"{value:,}"
        if isinstance(value, int) and name not in _COUNTS:
            shown = show(value, _CURRENCY)
        table.add_row(name.replace("_", " "), shown)
    for seller in figures.top_sellers:
        table.add_row(f"top seller {seller.seller[:8]}", show(seller.net, _CURRENCY))
    for remark in [*figures.breaks, *figures.notices]:
        table.add_row("", remark)
    return table
