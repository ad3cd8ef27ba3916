"""What `fondaco torture` does: run schedules over some processes, show them, say what failed."""

import asyncio
import multiprocessing
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from fondaco.kernel.log import configure
from fondaco.torture.arena import arena
from fondaco.torture.plan import Kind
from fondaco.torture.schedule import Verdict, run

_REPLY: Final = "killed between COMMIT and reply"


class Report(msgspec.Struct):
    """All schedules of one run."""

    seed: int
    commit: str
    verdicts: list[Verdict]

    @property
    def failed(self) -> list[Verdict]:
        """Those that did not pass."""
        return [verdict for verdict in self.verdicts if verdict.failures]


def torture(seeds: Sequence[int], jobs: int, as_json: bool) -> Report:
    """Run the schedules of these seeds; a line for each as it ends, then a table or JSON."""
    told = Console(stderr=as_json, highlight=False)
    commit = _commit()
    told.print(f"SEED={seeds[0]}" + (f" COMMIT={commit}" if commit else ""))
    verdicts = []
    for verdict in _run_all(seeds, max(min(jobs, len(seeds)), 1)):
        verdicts.append(verdict)
        _tell(told, verdict, len(verdicts), len(seeds))
    report = Report(seeds[0], commit, sorted(verdicts, key=lambda verdict: verdict.seed))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    else:
        told.print(_table(report))
        told.print(_summary(report), markup=False)
    return report


def _run_all(seeds: Sequence[int], jobs: int) -> Iterator[Verdict]:
    """Deal the seeds over processes with an arena each; verdicts as they come."""
    context = multiprocessing.get_context("spawn")
    todo, done = context.Queue(), context.Queue()
    for seed in [*seeds, *[None] * jobs]:
        todo.put(seed)
    workers = [context.Process(target=_work, args=(todo, done)) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    left = len(seeds)
    while left:
        try:
            yield msgspec.msgpack.decode(done.get(timeout=1), type=Verdict)
            left -= 1
        except Empty:
            if not any(worker.is_alive() for worker in workers):
                raise RuntimeError("the processes that run schedules have ended") from None
    for worker in workers:
        worker.join()


def _work(todo: Any, done: Any) -> None:
    """Run seeds until there are none left."""
    configure("error")  # that PostgreSQL is gone and back again is no news here
    with arena() as opened:
        while (seed := todo.get()) is not None:
            done.put(msgspec.msgpack.encode(asyncio.run(run(opened, seed))))


def _commit() -> str:
    """The commit that runs, where this is a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _tell(told: Console, verdict: Verdict, number: int, of: int) -> None:
    faults = ", ".join([*(b.kind for b in verdict.plan.blows), *filter(None, verdict.plan.deaths)])
    word = "[bold red]FAILED[/bold red]" if verdict.failures else "ok"
    told.print(
        f"{number}/{of} seed {verdict.seed} {word} {verdict.seconds:.1f} s,"
        f" {verdict.calls} calls, {verdict.doubts} in doubt: {faults}"
    )
    for failure in verdict.failures[:5]:
        told.print(f"    {failure}", markup=False)
    if verdict.failures:
        told.print(f"    again: fondaco torture --schedules 1 --seed {verdict.seed}")


def _table(report: Report) -> Table:
    table = Table("fault", "times", "skipped", "schedules failed")
    times = Counter(blow.kind for v in report.verdicts for blow in v.plan.blows)
    skipped = Counter(kind for v in report.verdicts for kind in v.skipped)
    failed = Counter(kind for v in report.failed for kind in {b.kind for b in v.plan.blows})
    for kind in Kind:
        table.add_row(kind, *(str(count[kind] or "") for count in (times, skipped, failed)))
    table.add_section()
    deaths = Counter(line.split()[2].split(":")[0] for v in report.verdicts for line in v.killed_at)
    for moment, count in sorted(deaths.items()):
        table.add_row(f"killed before a {moment}" if moment != "committed" else _REPLY, str(count))
    return table


def _summary(report: Report) -> str:
    verdicts = report.verdicts
    places = {line.partition(": ")[2] for v in verdicts for line in v.killed_at}
    reasons = {f"{kind}: {why}" for v in verdicts for kind, why in v.skipped.items()}
    lines = [
        f"{len(verdicts)} schedules, {sum(v.calls for v in verdicts)} calls,"
        f" {sum(v.doubts for v in verdicts)} of them in doubt at some time,"
        f" {sum(v.lives for v in verdicts)} lives of the server,"
        f" killed at {len(places)} different statements",
        *(f"skipped: {reason}" for reason in sorted(reasons)),
        f"{len(report.failed)} failed" if report.failed else "none failed",
    ]
    return "\n".join(lines)
