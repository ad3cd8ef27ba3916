"""Commission rules of a market, and why one of them applies to an offer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from fondaco import markets, pricing
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import BadId, parse, show
from fondaco.kernel.money import show as money

_PAGE: Final = 1000


def list_fees(market: str, data: Path | None) -> None:
    """Show a market's commission rules with their periods, in order of setting."""
    id_ = _id("mkt", market)

    async def work(database: Database) -> list[Row]:
        if id_ not in await markets.markets(database, [id_]):
            raise CliError(f"there is no market {market}")
        found: list[Row] = []
        while rows := await markets.list_fee_rules(
            database, id_, found[-1]["id"] if found else 0, _PAGE
        ):
            found += rows
        return found

    table = Table("rule", "for", "unit price", "commission", "from", "until")
    for row in on_database(data, work):
        table.add_row(
            show("fee", row["id"]), _scope(row), _band(row), _rate(row),
            _time(row["valid_from"]), _time(row["valid_until"]),
        )  # fmt: skip
    Console().print(table)


def explain_fee(offer: str, price: int | None, at: datetime | None, data: Path | None) -> None:
    """Show what commission an offer pays, and every rule that was looked at."""
    id_ = _id("off", offer)
    when = at.replace(tzinfo=UTC) if at is not None else None

    async def work(database: Database) -> pricing.Explained:
        found = await pricing.explain(database, id_, price, when)
        if found is None:
            raise CliError(f"there is no offer {offer}")
        return found

    found = on_database(data, work)
    currency = found.offer.currency
    vat = f" and {money(found.vat, currency)} VAT on it" if found.vat else ""
    typer.echo(
        f"One unit at {money(found.price, currency)} pays"
        f" {money(found.commission, currency)}{vat}, at {_time(found.at)}."
    )
    table = Table("rule", "stands", "commission", "why")
    for one in found.considered:
        rate = f"{one.rule.numerator}/{one.rule.denominator}"
        table.add_row(show("fee", one.rule.id), one.standing, rate, one.why)
    Console().print(table)


def _id(prefix: str, text: str) -> int:
    try:
        return parse(prefix, text)
    except BadId as error:
        raise CliError(str(error), MISUSED) from error


def _scope(row: Row) -> str:
    named = [
        show(prefix, row[name])
        for prefix, name in (("sel", "seller"), ("prd", "product"), ("cat", "category"))
        if row[name] is not None
    ]
    return " ".join(named) or ("all (base)" if row["base"] else "all")


def _band(row: Row) -> str:
    below = "" if row["price_below"] is None else f" to below {row['price_below']}"
    return f"{row['price_from']}{below}" if row["price_from"] or below else ""


def _rate(row: Row) -> str:
    text = f"{row['numerator']}/{row['denominator']}"
    if row["floor"]:
        text += f", at least {money(row['floor'], row['currency'])}"
    if row["cap"] is not None:
        text += f", at most {money(row['cap'], row['currency'])}"
    return text


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
