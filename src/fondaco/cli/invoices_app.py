"""The commands for invoices and credit notes to sellers."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

invoices_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Invoice commission and charges to sellers, month by month.",
)  # fmt: skip


@invoices_app.command("issuer")
def issuer(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market by its slug.")],
    name: Annotated[str, typer.Option("--name", help="Its operator's legal name.")],
    address: Annotated[str, typer.Option("--address", help=r"\n begins a new line.")],
    country: Annotated[str, typer.Option("--country", help="Two letters, e.g. DE.")],
    prefix: Annotated[str, typer.Option("--prefix", help="How numbers begin, e.g. NORD.")],
    tax_id: Annotated[str, typer.Option("--tax-id", help="VAT number, e.g. DE136695976.")] = "",
    data: Data = None,
) -> None:
    """Say who runs a market. Each month that ends from now on is then invoiced by the server.

    \b
    Examples:
      fondaco invoices issuer nord --name "Nord GmbH" --address "Hafen 1\\n20457 Hamburg" \\
        --country DE --tax-id DE136695976 --prefix NORD
    """
    from fondaco.cli import invoicing

    invoicing.set_issuer(market, name, address, country, tax_id, prefix, data)


@invoices_app.command("issue")
def issue(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market by its slug.")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="A month there.")],
    data: Data = None,
) -> None:
    """Invoice a month to all sellers of a market who have not had it.

    A month can be invoiced from an hour after its end on. Doing it again issues nothing twice.

    \b
    Examples:
      fondaco invoices issue nord --month 2026-10
    """
    from fondaco.cli import invoicing

    invoicing.issue(market, month, data)


@invoices_app.command("list")
def list_documents(
    seller: Annotated[str, typer.Argument(metavar="SELLER", help="A seller (sel_...).")],
    data: Data = None,
) -> None:
    """List a seller's invoices and credit notes, latest first.

    \b
    Examples:
      fondaco invoices list sel_07123456789ab
    """
    from fondaco.cli import invoicing

    invoicing.show_all(seller, data)


@invoices_app.command("show")
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="E.g. NORD-2026-000001.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Ends in .pdf, .csv or .json.")
    ],
    data: Data = None,
) -> None:
    """Write an invoice or a credit note to a file: the same bytes each time.

    \b
    Examples:
      fondaco invoices show NORD-2026-000001 --out october.pdf
    """
    from fondaco.cli import invoicing

    invoicing.write(number, out, data)
