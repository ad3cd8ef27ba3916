"""The options of `fondaco fee` and `fondaco seller`; what they do is loaded when called."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from datetime import datetime
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

fee_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Look at commission rules."
)
seller_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Look at sellers' accounts."
)


@fee_app.command("list")
def list_fees(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market (mkt_...).")],
    data: Data = None,
) -> None:
    """List a market's commission rules with their periods, in order of setting.

    \b
    Examples:
      fondaco fee list mkt_07123456789ab
    """
    from fondaco.cli import fees

    fees.list_fees(market, data)


@fee_app.command("explain")
def explain_fee(
    offer: Annotated[str, typer.Argument(metavar="OFFER", help="An offer (off_...).")],
    price: Annotated[
        int | None, typer.Option("--price", min=0, help="Unit price, minor units; else its own.")
    ] = None,
    at: Annotated[
        datetime | None, typer.Option("--at", help="When, in UTC; else now.", metavar="TIME")
    ] = None,
    data: Data = None,
) -> None:
    """Say which commission rule applies to an offer, and why not the others.

    \b
    Examples:
      fondaco fee explain off_07123456789ab
      fondaco fee explain off_07123456789ab --price 19900 --at 2026-12-24
    """
    from fondaco.cli import fees

    fees.explain_fee(offer, price, at, data)


@seller_app.command("account")
def seller_account(
    seller: Annotated[str, typer.Argument(metavar="SELLER", help="A seller (sel_...).")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    data: Data = None,
) -> None:
    """Show what a seller is owed, keeps in reserve and bond, and owes, the oldest debt first.

    \b
    Examples:
      fondaco seller account sel_07123456789ab
      fondaco seller account sel_07123456789ab --json | jq .debts
    """
    from fondaco.cli import accounts

    accounts.show_account(seller, json, data)
