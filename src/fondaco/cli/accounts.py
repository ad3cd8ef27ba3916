"""A seller's account at the terminal."""

from datetime import datetime
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from fondaco import parties, payments
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database
from fondaco.kernel.ids import BadId, parse
from fondaco.kernel.money import show as money


def show_account(seller: str, as_json: bool, data: Path | None) -> None:
    """Show what a seller is owed, keeps in reserve and bond, and owes."""
    try:
        id_ = parse("sel", seller)
    except BadId as error:
        raise CliError(str(error), MISUSED) from error

    async def work(database: Database) -> tuple[payments.SellerAccount, datetime]:
        known = (await parties.organisations(database, [id_])).get(id_)
        if known is None or known["kind"] != parties.Kind.SELLER:
            raise CliError(f"there is no seller {seller}")
        return await payments.account_of(database, id_), database.clock()

    found, now = on_database(data, work)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    table = Table("account", "amount", "")
    for name, amounts in found.balances.items():
        for currency, amount in amounts.items():
            table.add_row(name, money(amount, currency), "")
    for one in found.reserve:
        table.add_row("in reserve", money(one.amount, one.currency), f"until {one.release_on}")
    for bond in found.bonds:
        missing = f"lacks {money(bond.missing, bond.currency)}" if bond.missing else "complete"
        table.add_row("bond asked for", money(bond.target, bond.currency), missing)
    for debt in found.debts:
        age = f"{debt.kind}, {(now - debt.since).days} days old"
        table.add_row("debt", money(debt.amount, debt.currency), age)
    Console().print(table)
