"""Issuing invoices from the command line, and writing them to files."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import typer

from fondaco import billing, markets, parties
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.kernel import Database, Refused, Row, Sent, run
from fondaco.kernel.ids import BadId, parse
from fondaco.kernel.money import show as money

_BY = "operator:cli"
_PAGE = 200


def set_issuer(
    market: str, name: str, address: str, country: str, tax_id: str, prefix: str,
    data: Path | None,
) -> None:  # fmt: skip
    """Keep who runs a market."""

    async def work(database: Database) -> billing.BusinessSet:
        asked = {
            "party": (await _market(database, market)).id, "name": name, "country": country,
            "address": address.replace("\\n", "\n"), "tax_id": tax_id, "prefix": prefix, "by": _BY,
        }  # fmt: skip
        try:
            wish = msgspec.convert(asked, billing.SetBusiness)
        except msgspec.ValidationError as error:
            raise CliError(str(error), MISUSED) from None
        sent = [Sent(wish, "system", secrets.token_hex())]
        [answer] = await run(database, billing.set_business, sent)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refused):
            raise CliError(answer.detail, MISUSED)
        return answer

    on_database(data, work)
    typer.echo(f"{name} runs {market}; its invoices are numbered {prefix}-...")


def issue(market: str, month: str, data: Path | None) -> None:
    """Invoice a month, and say what was refused; ends with 1 if anybody was left out."""
    try:
        day = datetime.strptime(month, "%Y-%m").date()
    except ValueError:
        raise CliError(f"{month!r} is not a month like 2026-10", MISUSED) from None

    async def work(database: Database) -> billing.MonthBilled:
        known = await _market(database, market)
        return await billing.bill_month(database, known.id, day, _BY)

    done = on_database(data, work)
    typer.echo(f"{month}: {done.documents:,} documents issued.")
    for code, count in done.refused.items():
        typer.echo(f"{count:,} sellers: {done.details[code]}")
    if set(done.refused) - {billing.BillRefusal.ALREADY_BILLED}:
        raise typer.Exit(FAILED)


def show_all(seller: str, data: Path | None) -> None:
    """One line a document."""
    try:
        of = parse("sel", seller)
    except BadId as error:
        raise CliError(str(error), MISUSED) from None

    async def work(database: Database) -> list[Row]:
        if of not in await parties.organisations(database, [of]):
            raise CliError(f"there is no seller {seller}", MISUSED)
        every: list[Row] = []
        before = 2**63 - 1
        while page := await billing.documents_of(database, of, before, _PAGE):
            every += page
            before = page[-1]["id"]
        return every

    rows = on_database(data, work)
    for row in rows:
        total = money(row["net"] + row["vat"], row["currency"])
        typer.echo(
            f"{row['number']:30} {row['kind'].replace('_', ' '):12} {row['month']:%Y-%m}"
            f" {total:>18}"
        )
    if not rows:
        typer.echo("Nothing was invoiced to this seller. See: fondaco invoices issue --help")


def write(number: str, out: Path, data: Path | None) -> None:
    """Write a document to a file."""
    forms: dict[str, Callable[[billing.Document], bytes]] = {
        ".pdf": billing.as_pdf, ".csv": billing.as_csv, ".json": msgspec.json.encode,
    }  # fmt: skip
    if (form := forms.get(out.suffix)) is None:
        raise CliError(f"{out.name} should end in .pdf, .csv or .json", MISUSED)

    async def work(database: Database) -> billing.Document:
        found = await billing.document(database, number)
        if found is None:
            raise CliError(f"there is no document {number!r}", MISUSED)
        return found

    found = on_database(data, work)
    try:
        out.write_bytes(form(found))
    except OSError as error:
        raise CliError(f"cannot write {out}: {error.strerror}") from error
    typer.echo(f"{number}: {money(found.total, found.currency)}; see {out}.")


async def _market(database: Database, slug: str) -> markets.Market:
    found = await markets.market_by_slug(database, slug)
    if found is None:
        raise CliError(f"there is no market {slug!r}", MISUSED)
    return found
