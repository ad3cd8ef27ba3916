"""What several commands show alike."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def progress_bar(*columns: TextColumn) -> Progress:
    """A progress bar on stderr, gone once it is full; four times a second costs next to nothing."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), *columns, TimeElapsedColumn(),
        console=Console(stderr=True), refresh_per_second=4, transient=True,
    )  # fmt: skip
