"""Loading tax and exchange rates from files, and showing them."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import typer

from fondaco import markets
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.kernel import Command, Database, Handler, Refused, Sent, run

_AT_ONCE: Final = 1000


def import_tax_file(file: Path, day: str | None, data: Path | None) -> None:
    """Load the rates of a file; tell its bad rows and end with 1 if there are any."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rates, bad = markets.read_tax_rates(lines, file.name[:200], _day(day))
    except (OSError, UnicodeDecodeError, markets.BadTable) as error:
        raise _unreadable(file, error) from error
    answers = on_database(data, lambda database: _send(database, markets.set_tax_rate, rates))
    changed = sum(answer.changed for answer in answers)
    typer.echo(f"{changed} of {len(rates)} rates are new or changed.")
    tell_bad(file, bad)


def seed_tax_here(day: str | None, data: Path | None) -> None:
    """Load the shipped rates where there are none."""
    wish = markets.SeedTax(valid_from=_day(day))
    [answer] = on_database(data, lambda database: _send(database, markets.seed_tax, [wish]))
    typer.echo(f"{answer.rates} rates loaded. They are as of 2026-09-29: see that they still hold.")


def show_tax_rates(country: str, data: Path | None) -> None:
    """One line a rate."""
    found = on_database(data, lambda database: markets.list_tax_rates(database, country.upper()))
    for one in found:
        until = f" until {one.valid_until}" if one.valid_until else ""
        place = f"{one.country}{'-' + one.region if one.region else ''}"
        typer.echo(
            f"{place:6} {one.tax_class:14} {one.rate.shown():>9}  from {one.valid_from}{until}"
        )
    if not found:
        typer.echo(f"There are no tax rates of {country.upper()}.")


class _FileFx:
    """The rates of a file."""

    def __init__(self, name: str, days: Sequence[markets.SetFxRates]) -> None:
        self.name, self._days = name, days

    async def days(self) -> Sequence[markets.SetFxRates]:
        return self._days


def import_fx_file(file: Path, base: str, data: Path | None) -> None:
    """Load the rates of a file; tell its bad rows and end with 1 if there are any."""
    name = file.name[:200]
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            days, bad = markets.read_fx_rates(lines, name, base.upper())
    except (OSError, UnicodeDecodeError, markets.BadTable) as error:
        raise _unreadable(file, error) from error
    _load_fx(_FileFx(name, days), data)
    tell_bad(file, bad)


def seed_fx_here(data: Path | None) -> None:
    """Load the shipped rates."""
    _load_fx(markets.ShippedFx(), data)


def _load_fx(source: markets.FxSource, data: Path | None) -> None:
    async def work(database: Database) -> int:
        try:
            return await markets.load_fx(database, source)
        except ValueError as error:
            raise CliError(f"{source.name}: {error}", MISUSED) from error

    typer.echo(f"{on_database(data, work):,} rates are new or changed.")


def show_exchange(of: str, into: str, day: str | None, data: Path | None) -> None:
    """One line; exits with 1 if there is no fresh rate."""
    of, into = of.upper(), into.upper()

    async def work(database: Database) -> markets.Exchange | None:
        on = _day(day) or database.clock().date()
        return (await markets.fx_table(database, [of, into], on)).exchange(of, into)

    found = on_database(data, work)
    if found is None:
        raise CliError(f"there is no rate of {of} in {into} that is fresh")
    worth = Decimal(found.rate.numerator) / found.rate.denominator
    typer.echo(f"1 {of} is {round(worth, 6).normalize():f} {into}, as of {found.on}")


def tell_bad(file: Path, bad: Sequence[markets.BadRow]) -> None:
    """Tell the rows that were left out; exits with 1 if there are any."""
    for line, reason in bad:
        typer.echo(f"{file.name} line {line}: {reason}", err=True)
    if bad:
        raise typer.Exit(FAILED)


def _unreadable(file: Path, error: Exception) -> CliError:
    if isinstance(error, markets.BadTable):
        return CliError(f"{file.name} {error}", MISUSED)
    if isinstance(error, UnicodeDecodeError):
        return CliError(f"{file.name} is not UTF-8 text", MISUSED)
    return CliError(
        f"cannot read {file}: {error.strerror if isinstance(error, OSError) else error}"
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CliError(f"{text!r} is not a date such as 2026-01-31", MISUSED) from error


async def _send(
    database: Database, handler: Handler[Any, Any], wishes: Sequence[Command]
) -> list[Any]:
    """Run commands in batches under keys of their own; the first failure is raised."""
    answers: list[Any] = []
    for start in range(0, len(wishes), _AT_ONCE):
        part = [
            Sent(one, "system", secrets.token_hex()) for one in wishes[start : start + _AT_ONCE]
        ]
        answers += await run(database, handler, part)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refused):
            raise CliError(answer.detail)
    return answers
