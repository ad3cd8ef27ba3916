"""The commands that bring the books out: balances, one account, the journal, statements."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

books_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Show balances and accounts, export the journal, draw up statements.",
)  # fmt: skip


@books_app.command("trial-balance")
def trial_balance(
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="As of then; else as of now.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    data: Data = None,
) -> None:
    """Show every account's debits and credits, as they are or as they were at an instant.

    A time is a day (its beginning, UTC) or a day with a clock time, UTC unless it says otherwise.

    \b
    Examples:
      fondaco books trial-balance
      fondaco books trial-balance --at 2026-10-31T23:59:59+01:00
    """
    from fondaco.cli import reports

    reports.trial_balance(at, json, data)


@books_app.command("history")
def history(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="payable, escrow, ...")],
    subject: Annotated[
        str, typer.Argument(metavar="OF", help="A seller, person, order or purchase by its id.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    data: Data = None,
) -> None:
    """Show what moved on one account, posting by posting, with the balance after each.

    \b
    Examples:
      fondaco books history payable sel_07123456789ab
      fondaco books history escrow ord_07123456789ab
    """
    from fondaco.cli import reports

    reports.history(account, subject, json, data)


@books_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv or .parquet.")],
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="From then on; else from the first."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Until just before; else until now.")
    ] = None,
    data: Data = None,
) -> None:
    """Write the journal to a file, a row for each posting, amounts in minor units.

    As of one instant, and in constant memory however long it is. The file appears when it is whole.

    \b
    Examples:
      fondaco books export journal.parquet
      fondaco books export october.csv --from 2026-10-01 --to 2026-11-01
    """
    from fondaco.cli import reports

    reports.export(out, since, until, data)


@books_app.command("statement")
def statement(
    seller: Annotated[str, typer.Argument(metavar="SELLER", help="A seller (sel_...).")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="A month, in UTC.")],
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Ends in .pdf, .csv or .json.")
    ],
    data: Data = None,
) -> None:
    """Draw up a seller's statement for a month: opening, every event, closing.

    \b
    Examples:
      fondaco books statement sel_07123456789ab --month 2026-10 --currency EUR --out october.pdf
    """
    from fondaco.cli import reports

    reports.statement(seller, month, currency, out, data)
