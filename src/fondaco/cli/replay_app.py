"""Commands that replay real trades. What each one does is loaded when it is called."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

replay_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Replay real trades from files."
)


@replay_app.command("olist")
def replay_olist(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the Olist files.")],
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replay the orders of the Olist data set, each event at its own time.

    Every order becomes a purchase and goes through the same commands as live ones, on a fresh
    database that is dropped afterwards.

    \b
    Examples:
      fondaco replay olist ./olist
      fondaco replay olist ./olist --json | jq .top_sellers
    """
    from fondaco.cli.replaying import replay_olist_here

    replay_olist_here(folder, data, json)


@replay_app.command("online-retail")
def replay_online_retail(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the Online Retail files.")
    ],
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replay the invoices of the Online Retail data set, in pounds with 20 % VAT in the price.

    Every invoice becomes a purchase, every cancellation a refund of what is known to be sold, on
    a fresh database that is dropped afterwards. Rows that are neither are counted and named.

    \b
    Examples:
      fondaco replay online-retail ./online_retail
      fondaco replay online-retail ./online_retail --json | jq .reported
    """
    from fondaco.cli.replaying import replay_retail_here

    replay_retail_here(folder, data, json)
