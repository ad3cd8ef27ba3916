"""The commands and their options. What each one does is loaded when it is called."""

# ruff: noqa: D301 - `\b` is how click is told to keep a paragraph's lines

import contextlib
import signal
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from fondaco.cli.bank_app import bank_app
from fondaco.cli.bench_app import bench
from fondaco.cli.books_app import books_app
from fondaco.cli.faults import told
from fondaco.cli.fee_app import fee_app, seller_app
from fondaco.cli.invoices_app import invoices_app
from fondaco.cli.options import Data
from fondaco.cli.rates_app import fx_app, tax_app
from fondaco.cli.replay_app import replay_app
from fondaco.cli.risk_app import risk_app

app: Final = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""
    Fondaco: a marketplace under one roof.

    Many sellers, one payment into escrow, and books that balance to the cent.

    \b
    Begin with:
      fondaco demo            a month of trading, its books, then the shop in a browser
      fondaco serve           a marketplace of your own
      fondaco check           is every rule of the books kept?

    Settings come from the environment (FONDACO_PORT=8080) over ./fondaco.toml; an option comes
    before both. The database is PostgreSQL out of a wheel, in a folder of yours, unless
    FONDACO_DATABASE_URL names a server.
    """,
)
key_app: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Issue, list and revoke API keys."
)
app.command()(bench)
app.add_typer(replay_app, name="replay")
app.add_typer(key_app, name="key")
app.add_typer(tax_app, name="tax")
app.add_typer(fx_app, name="fx")
app.add_typer(fee_app, name="fee")
app.add_typer(seller_app, name="seller")
app.add_typer(risk_app, name="risk")
app.add_typer(books_app, name="books")
app.add_typer(bank_app, name="bank")
app.add_typer(invoices_app, name="invoices")

Port = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Port to serve on; 0 takes a free one."),
]


@app.command()
def demo(
    exit_: Annotated[
        bool, typer.Option("--exit", help="End after the table instead of serving.")
    ] = False,
    port: Port = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Keep the data here; else it is thrown away."),
    ] = None,
    purchases: Annotated[
        int, typer.Option("--purchases", min=1, max=1_000_000, help="How many are made.")
    ] = 20_000,
    seed: Annotated[
        int, typer.Option("--seed", help="Another seed is another month, always the same one.")
    ] = 1,
) -> None:
    """Trade for a month in a demo market, show its books, then serve it.

    A fresh database of its own, real products with photographs, a dozen sellers and twenty
    thousand purchases, with everything that goes wrong in trade. Ends with exit code 1 if the
    books should not balance.

    \b
    Examples:
      fondaco demo
      fondaco demo --exit --purchases 2000
      fondaco demo --data ./market --port 8080    and later: fondaco serve --data ./market
    """
    from fondaco.cli.showing import show_demo

    show_demo(exit_, port, data, purchases, seed)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on (else FONDACO_HOST).")
    ] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Serve a marketplace: its API at /api, its front page at /.

    Makes the database on first use and brings it up to date. Ends on Ctrl-C or SIGTERM, once
    everything that was taken is answered.

    \b
    Examples:
      fondaco serve
      fondaco serve --data ./market --port 8080
      FONDACO_DATABASE_URL=postgresql://me@db/market fondaco serve --host 0.0.0.0
    """
    from fondaco.cli.deployment import serve_here

    serve_here(host, port, data)


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database up to date, making it on first use.

    `serve` does so itself; this is for doing it beforehand.

    \b
    Examples:
      fondaco migrate
      FONDACO_DATABASE_URL=postgresql://me@db/market fondaco migrate
    """
    from fondaco.cli.books import migrate_here

    migrate_here(data)


@app.command()
def check(
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every rule of the books, as of one instant; exit code 1 if any is broken.

    May run at any time, also while the marketplace trades.

    \b
    Examples:
      fondaco check --data ./market
      fondaco check --json | jq '.invariants[] | select(.rows > 0)'
    """
    from fondaco.cli.books import check_here

    check_here(data, json)


@app.command()
def reconcile(
    day: Annotated[str, typer.Argument(metavar="DAY", help="A day in UTC, such as 2026-01-31.")],
    provider: Annotated[
        str | None, typer.Option("--provider", help="Whose report; else of who pays sellers.")
    ] = None,
    data: Data = None,
) -> None:
    """Compare a provider's report of a day with the journal; exit code 1 if a break is open.

    Beside a running server that has its own sandbox, ask its API instead.

    \b
    Examples:
      fondaco reconcile 2026-01-31
      fondaco reconcile 2026-01-31 --provider stripe
    """
    from fondaco.cli.reconciling import reconcile_day

    reconcile_day(day, provider, data)


@key_app.command("issue")
def issue_key(
    party: Annotated[
        str | None, typer.Argument(metavar="PARTY", help="A seller (sel_...) or buyer (per_...).")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="Only this scope; may be repeated.")
    ] = None,
    data: Data = None,
) -> None:
    """Issue an API key and show its secret, this one time. Without PARTY: the operator's.

    \b
    Examples:
      fondaco key issue
      fondaco key issue sel_07123456789ab --scope stock:write --scope read
    """
    from fondaco.cli.keys import issue

    issue(party, scope or [], data)


@key_app.command("list")
def list_keys(
    party: Annotated[
        str | None, typer.Argument(metavar="PARTY", help="Whose keys; else the operator's.")
    ] = None,
    data: Data = None,
) -> None:
    """List a party's API keys by the beginning of their secrets.

    \b
    Examples:
      fondaco key list
      fondaco key list sel_07123456789ab
    """
    from fondaco.cli.keys import show_keys

    show_keys(party, data)


@key_app.command("revoke")
def revoke_key(
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="The first ten characters of the secret.")
    ],
    data: Data = None,
) -> None:
    """Revoke an API key. A running server notices within seconds.

    \b
    Examples:
      fondaco key revoke fk_AbC12xY
    """
    from fondaco.cli.keys import revoke

    revoke(prefix, data)


@app.command()
def version() -> None:
    """Print the version."""
    from fondaco import __version__

    typer.echo(f"fondaco {__version__}")


def main() -> None:
    """Run the command line; the entry point of `fondaco`."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except Exception as error:
        if (fault := told(error)) is None:
            raise
        typer.echo(f"fondaco: {fault}", err=True)
        sys.exit(fault.code)
    except KeyboardInterrupt:
        sys.exit(130)


def _end(number: int, _: Any) -> None:
    """End as on Ctrl-C, so that servers are stopped and temporary folders removed."""
    with contextlib.suppress(ValueError):
        signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)
