"""The commands about sanction lists, and their options."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

risk_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Import sanction lists, and show hits."
)


@risk_app.command("import")
def import_list(
    name: Annotated[str, typer.Argument(metavar="LIST", help="What you call the list: ofac.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV or Parquet, together one list.")
    ],
    version: Annotated[
        str, typer.Option("--version", help="The issuer's date or number of this version.")
    ],
    data: Data = None,
) -> None:
    """Put a new version of a sanction list in place of the one before.

    Understands OFAC's SDN.CSV and ALT.CSV, tables of the UN's and BIS' lists, and any table with
    the columns id, name and aliases. A file with a bad row is not loaded; the rows are told. From
    then on nobody is paid who was not compared with it.

    \b
    Examples:
      fondaco risk import ofac SDN.CSV ALT.CSV --version 2026-11-20
      fondaco risk import own blocked.csv --version 7
    """
    from fondaco.cli.risk import import_files

    import_files(name, files, version, data)


@risk_app.command("lists")
def show_lists(data: Data = None) -> None:
    """Show the lists that sellers are compared with.

    \b
    Examples:
      fondaco risk lists
    """
    from fondaco.cli.risk import show

    show(data)


@risk_app.command("hits")
def show_hits(
    state: Annotated[
        str, typer.Option("--state", help="open, cleared, confirmed or withdrawn.")
    ] = "open",
    data: Data = None,
) -> None:
    """Show sellers whose names are like listed ones; decide them over the API.

    \b
    Examples:
      fondaco risk hits
      fondaco risk hits --state confirmed
    """
    from fondaco.cli.risk import show_found

    show_found(state, data)
