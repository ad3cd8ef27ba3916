"""The demo on the terminal: a bar while it trades, its books, and how to go on from there."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import TextColumn

from fondaco import check, demo, kernel
from fondaco.cli.demo_table import books_table
from fondaco.cli.deployment import DATABASE, claim_port, settings
from fondaco.cli.faults import FAILED, CliError
from fondaco.cli.screen import progress_bar
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.ids import show
from fondaco.kernel.migrate import migrate
from fondaco.kernel.settings import Settings


def show_demo(end: bool, port: int | None, data: Path | None, purchases: int, seed: int) -> None:
    """Run the demo, show its books, and serve it unless told to end."""
    chosen = settings(None, port=port, database_url="", log_level="warning")
    if not end:
        chosen = claim_port(chosen)
    with _home(data) as home, Embedded.start(home) as server:
        server.create_database(DATABASE)
        outcome, findings = _trade(server.url(DATABASE), home, purchases, seed)
        broken = [finding for finding in findings if not finding.clean]
        Console().print(books_table(outcome, broken))
        if broken or not outcome.figures.sound:
            raise typer.Exit(FAILED)
        if not end:
            _serve(chosen, home, outcome)


@contextmanager
def _home(data: Path | None) -> Iterator[Path]:
    """The folder that keeps the demo, or a temporary one."""
    if data is not None:
        yield data
        return
    folder = Path(tempfile.mkdtemp(prefix="fondaco-demo-"))
    try:
        folder.chmod(0o711)  # the server's account may be another, and must pass through
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trade(
    url: str, home: Path, purchases: int, seed: int
) -> tuple[demo.Outcome, list[check.Finding]]:
    """Trade with a bar on stderr; what came of it, and what the check finds."""
    with progress_bar(TextColumn("{task.completed:,.0f} of {task.total:,.0f} purchases")) as bar:
        task = bar.add_task("Starting", total=purchases)

        def tell(stage: str, placed: int) -> None:
            bar.update(task, description=f"{stage:<22}", advance=placed)

        async def run() -> tuple[demo.Outcome, list[check.Finding]]:
            await migrate(url)
            hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
            outcome = await demo.run(url, home, hour, purchases, seed, tell)
            tell("Checking every rule", 0)
            return outcome, await _check(url)

        try:
            return asyncio.run(run())
        except demo.DemoError as error:
            raise CliError(f"{error}; name an empty folder with --data, or none") from error


async def _check(url: str) -> list[check.Finding]:
    database = await kernel.connect(url)
    try:
        return await check.check(database)
    finally:
        await database.close()


def _serve(chosen: Settings, home: Path, outcome: demo.Outcome) -> None:
    from fondaco.serve import serve  # brings the web framework, which --exit does without

    def ready(address: str) -> None:
        typer.echo(f"\nThe shop:  {address}/\nThe API:   {address}/reference")
        typer.echo(f"A key of the operator's:  {outcome.house.key}\n")
        typer.echo(f"Buy something:\n{_curl(address, outcome.house)}\n\nCtrl-C ends it.")

    serve(chosen, home, ready)


def _curl(address: str, house: demo.House) -> str:
    """A line that buys one thing, ready to be pasted into a shell."""
    good = next(good for good in house.goods if not good.scarce)
    body = {
        "market": show("mkt", house.market),
        "buyer": show("per", house.buyers[0]),
        "lines": [{"offer": show("off", good.offer), "quantity": 1}],
        "payment": {"token": "tok_ok"},
    }
    return (
        f"curl -s {address}/api/purchases -H 'Authorization: Bearer {house.key}'"
        f" -H 'Idempotency-Key: first' -H 'Content-Type: application/json'"
        f" -d '{json.dumps(body)}'"
    )
