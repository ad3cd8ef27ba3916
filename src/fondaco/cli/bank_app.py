"""The commands about the operator's bank: payment files out, statements and reports in."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

bank_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Send payouts by payment files, and take what the bank says.",
)  # fmt: skip


@bank_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; must not exist.")],
    message: Annotated[
        str | None,
        typer.Option("--message", metavar="ID", help="Write this file again, byte for byte."),
    ] = None,
    data: Data = None,
) -> None:
    """Put all payouts that wait for the bank into a payment file (pain.001.001.09).

    Needs `payer = "bank"` and the account's settings. A payout is in one file for ever; one to what
    is no IBAN is left out and told. The file is kept: should it be lost, write it again.

    \b
    Examples:
      fondaco bank export payouts.xml
      fondaco bank export again.xml --message 20261123101500-1f2e3d4c5b6a
    """
    from fondaco.cli import banking

    banking.export(out, message, data)


@bank_app.command("files")
def files(data: Data = None) -> None:
    """Show the payment files that were made, latest first.

    \b
    Examples:
      fondaco bank files
    """
    from fondaco.cli import banking

    banking.files(data)


@bank_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="camt.053 or pain.002, as XML.")],
    data: Data = None,
) -> None:
    """Take a file of the bank: a statement (camt.053) or a status report (pain.002).

    Payouts that left are paid, what was rejected or came back is owed to the seller again, buyers'
    transfers are matched by their reference. What fits nothing is shown, kept as breaks, and ends
    with exit code 1. Taking a file again changes nothing.

    \b
    Examples:
      fondaco bank import statement-2026-11-22.xml
    """
    from fondaco.cli import banking

    banking.take(file, data)


@bank_app.command("balance")
def balance(data: Data = None) -> None:
    """Compare the bank's last closing balance with the journal, and say what lies between.

    Ends with exit code 1 where entries fit nothing, statements do not continue each other, or
    something is left that nothing explains.

    \b
    Examples:
      fondaco bank balance
    """
    from fondaco.cli import banking

    banking.balance(data)
