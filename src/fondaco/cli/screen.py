"""What several commands show alike."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def progress_bar(*columns: TextColumn) -> Progress:
    """A progress bar on stderr, gone once it is full; none where nobody looks at a terminal.

    It is drawn four times a second, which costs next to nothing.
    """
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), *columns, TimeElapsedColumn(),
        console=console, refresh_per_second=4, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
