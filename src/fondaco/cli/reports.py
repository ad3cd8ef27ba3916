"""Bringing the books out: to the screen, and into files."""

import csv
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from fondaco import insight, ledger, parties
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import BadId, parse, show
from fondaco.kernel.money import exponent
from fondaco.kernel.money import show as money

_PAGE: Final = 500
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TEXT: Final = ("journal", "kind", "debit", "credit", "currency")
_COLUMNS: Final = (
    "journal", "root", "cause", "kind", "at", "no", "debit", "debit_subject", "credit",
    "credit_subject", "currency", "amount",
)  # fmt: skip
_SCHEMA: Final = pa.schema(
    [
        pa.field(name, pa.string() if name in _TEXT else pa.int64())
        if name != "at"
        else pa.field(name, pa.timestamp("us", tz="UTC"))
        for name in _COLUMNS
    ]
)


def trial_balance(at: str | None, as_json: bool, data: Path | None) -> None:
    """Show the trial balance of now, or of then."""
    instant = None if at is None else _time(at)

    async def work(database: Database) -> list[ledger.TrialLine]:
        if instant is None:
            return await ledger.trial_balance(database)
        return await ledger.trial_balance_at(database, instant)

    lines = on_database(data, work)
    if as_json:
        typer.echo(msgspec.json.encode({"at": instant, "lines": lines}))
        return
    if not lines:
        typer.echo("Nothing had been posted by then." if at else "Nothing is posted yet.")
        return
    table = Table("account", title=None)
    for name in ("debits", "credits", "balance"):
        table.add_column(name, justify="right")
    sums: dict[str, int] = {}
    for one in lines:
        sums[one.currency] = sums.get(one.currency, 0) + one.balance
        amounts = (one.debits, one.credits, one.balance)
        table.add_row(one.account, *(money(amount, one.currency) for amount in amounts))
    for currency, amount in sums.items():
        table.add_row("all accounts", "", "", money(amount, currency), style="bold")
    Console().print(table)


def history(account: str, subject: str, as_json: bool, data: Path | None) -> None:
    """Show every entry of an account, a page at a time."""
    if account not in insight.TOLD:
        known = ", ".join(insight.TOLD)
        raise CliError(f"there is no history of {account!r}; there is of {known}", MISUSED)
    of = _id(subject, "sel", "per", "ord", "pur", "gft")

    async def work(database: Database) -> int:
        place, count = ledger.Place(), 0
        while found := await ledger.history(database, account, of, place, _PAGE):
            for one in found:
                typer.echo(msgspec.json.encode(one) if as_json else _told(one))
            count += len(found)
            place = ledger.place_after(found, place)
        return count

    if not on_database(data, work) and not as_json:
        typer.echo(f"Nothing ever moved on {account} of {subject}.")


def _told(one: ledger.Entry) -> str:
    return (
        f"{one.at:%Y-%m-%d %H:%M:%S}  {one.kind:20} {money(one.amount, one.currency):>18}"
        f"  {one.other:18} {money(one.balance, one.currency):>18}"
    )


def export(out: Path, since: str | None, until: str | None, data: Path | None) -> None:
    """Write the journal; the file is there when it is whole."""
    write = {".csv": _to_csv, ".parquet": _to_parquet}.get(out.suffix)
    if write is None:
        raise CliError(f"{out.name} should end in .csv or .parquet", MISUSED)
    begin = _FIRST if since is None else _time(since)
    end = None if until is None else _time(until)

    async def work(database: Database) -> int:
        rows = ledger.journals(database, begin, end or database.clock())
        with _whole(out) as part:
            return await write(part, rows)

    count = on_database(data, work)
    typer.echo(f"{count:,} postings are in {out}.")


async def _to_csv(path: Path, chunks: AsyncIterator[list[Row]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        async for rows in chunks:
            writer.writerows(
                (
                    show("jrn", row["journal"]),
                    *tuple(row)[1:4],
                    row["at"].isoformat(),
                    *tuple(row)[5:],
                )
                for row in rows
            )
            count += len(rows)
            _progress(count)
    return count


async def _to_parquet(path: Path, chunks: AsyncIterator[list[Row]]) -> int:
    count = 0
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        async for rows in chunks:
            columns: list[Any] = [list(column) for column in zip(*map(tuple, rows), strict=True)]
            columns[0] = [show("jrn", journal) for journal in columns[0]]
            writer.write_batch(pa.record_batch(columns, schema=_SCHEMA))
            count += len(rows)
            _progress(count)
    return count


def _progress(count: int) -> None:
    if os.isatty(2):
        typer.echo(f"\r{count:,} postings", nl=False, err=True)


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file beside the one wanted, which takes its place once it is whole."""
    part = out.with_name(f".{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as error:
        raise CliError(f"cannot write {out}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def statement(seller: str, month: str, currency: str, out: Path, data: Path | None) -> None:
    """Draw up a statement and write it."""
    forms: dict[str, Callable[[insight.Statement], bytes]] = {
        ".pdf": insight.as_pdf, ".csv": insight.as_csv, ".json": msgspec.json.encode,
    }  # fmt: skip
    if (form := forms.get(out.suffix)) is None:
        raise CliError(f"{out.name} should end in .pdf, .csv or .json", MISUSED)
    of = _id(seller, "sel")
    try:
        begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        end = insight.begins(insight.month_after(begin.date()))
        exponent(currency)
    except (ValueError, OverflowError) as error:
        raise CliError(f"{error}: give a month as 2026-10 and a currency as EUR", MISUSED) from None

    async def work(database: Database) -> insight.Statement:
        if of not in await parties.organisations(database, [of]):
            raise CliError(f"there is no seller {seller}", MISUSED)
        try:
            return await insight.statement(database, of, currency, begin, end)
        except insight.TooLong:
            raise CliError("too much happened in that month for one statement") from None

    shown = on_database(data, work)
    with _whole(out) as part:
        part.write_bytes(form(shown))
    typer.echo(
        f"{shown.name}: {money(shown.opened_with, currency)} and {len(shown.lines):,} events make"
        f" {money(shown.closed_with, currency)}; see {out}."
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CliError(f"{text!r} is not a time like 2026-10-31T12:00+01:00", MISUSED) from None
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        raise CliError(f"there is no {text} in UTC", MISUSED) from None


def _id(text: str, *prefixes: str) -> int:
    try:
        return parse(text[:3] if text[:3] in prefixes else prefixes[0], text)
    except BadId as error:
        raise CliError(f"{error}", MISUSED) from None
