"""The commands about tax and exchange rates, and their options."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

from pathlib import Path
from typing import Annotated, Final

import typer

from fondaco.cli.options import Data

tax_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Load and show tax rates."
)
fx_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Load and show exchange rates."
)

Day = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="First day of rates that name none, 2026-01-31."),
]


@tax_app.command("import")
def import_tax(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of rates.")],
    day: Day = None,
    data: Data = None,
) -> None:
    """Load tax rates from a CSV file; bad rows are told by line and the others loaded.

    Columns: country, region, class, rate (a percentage), and if wanted valid_from and
    valid_until. Loaded twice it changes nothing. Ends with exit code 1 if a row is bad.

    \b
    Examples:
      fondaco tax import rates.csv
      fondaco tax import rates.csv --from 2027-01-01
    """
    from fondaco.cli.rates import import_tax_file

    import_tax_file(file, day, data)


@tax_app.command("seed")
def seed_tax(day: Day = None, data: Data = None) -> None:
    """Load the European VAT rates that ship with Fondaco, where there are none.

    \b
    Examples:
      fondaco tax seed
      fondaco tax seed --from 2026-01-01
    """
    from fondaco.cli.rates import seed_tax_here

    seed_tax_here(day, data)


@tax_app.command("show")
def show_tax(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Two letters, such as DE.")],
    data: Data = None,
) -> None:
    """Show the tax rates of a country.

    \b
    Examples:
      fondaco tax show DE
    """
    from fondaco.cli.rates import show_tax_rates

    show_tax_rates(country, data)


@fx_app.command("import")
def import_fx(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of rates, a day a row.")],
    base: Annotated[str, typer.Option("--base", help="The currency that one unit is of.")] = "EUR",
    data: Data = None,
) -> None:
    """Load exchange rates from a CSV file; bad rows are told by line and the others loaded.

    The form is that of the European Central Bank (eurofxref-hist.csv): Date,USD,JPY and so on.
    Loaded twice it changes nothing. Ends with exit code 1 if a row is bad.

    \b
    Examples:
      fondaco fx import eurofxref-hist.csv
      fondaco fx import dollar.csv --base USD
    """
    from fondaco.cli.rates import import_fx_file

    import_fx_file(file, base, data)


@fx_app.command("seed")
def seed_fx(data: Data = None) -> None:
    """Load the European Central Bank's rates that ship with Fondaco, from 2022 on.

    \b
    Examples:
      fondaco fx seed
    """
    from fondaco.cli.rates import seed_fx_here

    seed_fx_here(data)


@fx_app.command("show")
def show_fx(
    of: Annotated[str, typer.Argument(metavar="FROM", help="A currency, such as EUR.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="Another, such as USD.")],
    day: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="The rate of this day; else today's.")
    ] = None,
    data: Data = None,
) -> None:
    """Show what one unit of a currency is worth in another; exit code 1 if no rate is fresh.

    \b
    Examples:
      fondaco fx show EUR USD
      fondaco fx show GBP JPY --on 2026-10-30
    """
    from fondaco.cli.rates import show_exchange

    show_exchange(of, into, day, data)
