"""Payment files and statements from the command line."""

import secrets
from pathlib import Path
from typing import Final

import typer

from fondaco import orders, payments
from fondaco.cli.deployment import on_database, settings
from fondaco.cli.faults import FAILED, MISUSED, CliError
from fondaco.kernel import Database, Refused, Row, Sent, run
from fondaco.kernel.money import show
from fondaco.kernel.settings import Settings
from fondaco.payments.providers import MOST_OF_A_FILE as MOST
from fondaco.payments.providers import BadBankFile

_NEWEST: Final = 2**63 - 1


def export(out: Path, message: str | None, data: Path | None) -> None:
    """Make a payment file, or find one made before, and write it."""
    if out.exists():
        raise CliError(f"{out} is there already; a payment file is never written over", MISUSED)
    own = settings(data)
    if own.payer != "bank" or not own.bank_iban or not own.bank_holder:
        raise CliError(
            'payouts go by the bank only with payer = "bank", bank_iban and bank_holder set',
            MISUSED,
        )

    async def work(database: Database) -> tuple[Row, dict[str, str]]:
        left_out: dict[str, str] = {}
        name = message
        if name is None:
            made = await _make(database, own)
            name, left_out = made.message, made.left_out
        found = await payments.bank_file(database, name)
        if found is None:
            raise CliError(f"there is no payment file {name}", MISUSED)
        return found, left_out

    found, left_out = on_database(data, work)
    again = f"it can be written again with --message {found['message']}"
    try:
        out.write_bytes(found["body"])
    except OSError as error:
        raise CliError(f"cannot write {out}: {error.strerror}; {again}") from error
    typer.echo(
        f"{out}: payouts: {found['payouts']:,}, {show(found['amount'], 'EUR')}; message"
        f" {found['message']}."
    )
    for payout, why in left_out.items():
        typer.echo(f"left out: {payout}, {why}", err=True)


async def _make(database: Database, own: Settings) -> payments.BankFileMade:
    wish = payments.MakeBankFile(
        iban=own.bank_iban or "", holder=(own.bank_holder or "")[:70], bic=own.bank_bic,
        by="command line",
    )  # fmt: skip
    for payout, why in (await payments.give_up_unfit(database)).items():
        typer.echo(f"{payout}: {why}", err=True)
    [answer] = await run(
        database, payments.make_bank_file, [Sent(wish, "system", secrets.token_hex())]
    )
    if isinstance(answer, Refused):
        if answer.code == payments.BankFileRefusal.NOTHING_TO_SEND:
            typer.echo(answer.detail)
            raise typer.Exit(0)
        raise CliError(answer.detail)
    if isinstance(answer, Exception):
        raise answer
    return answer


def files(data: Path | None) -> None:
    """One line a file."""

    async def work(database: Database) -> list[Row]:
        return await payments.bank_files(database, _NEWEST, 100)

    found = on_database(data, work)
    for row in found:
        typer.echo(
            f"{row['message']}  {row['made_at']:%Y-%m-%d %H:%M}  {row['payouts']:>6,} payouts"
            f"  {show(row['amount'], 'EUR'):>18}  by {row['made_by']}"
        )
    if not found:
        typer.echo("No payment file was made yet. See: fondaco bank export --help")


def take(file: Path, data: Path | None) -> None:
    """Take a file of the bank and say what came of it."""
    own = settings(data)
    try:
        if file.stat().st_size > MOST:
            raise CliError(f"{file} is over {MOST // 1024 // 1024} MB", MISUSED)
        body = file.read_bytes()
    except OSError as error:
        raise CliError(f"cannot read {file}: {error.strerror}", MISUSED) from error

    async def work(database: Database) -> list[orders.BankImport]:
        try:
            return await orders.take_bank_file(
                database, body, own.bank_iban or "", own.bank_schemas
            )
        except BadBankFile as error:
            raise CliError(f"{file}, {error}; nothing was taken") from error

    missed = 0
    for done in on_database(data, work):
        count = len(done.unexplained)
        again = "taken before, counted once; " if done.again else ""
        typer.echo(f"{done.kind} {done.name}: {again}{done.read:,} read, {count:,} fit nothing.")
        for one in done.unexplained:
            typer.echo(f"  {one.reference}  {show(one.amount, one.currency)}  {one.why}")
        if done.apart:
            typer.echo(f"  {done.apart}")
        missed += count + bool(done.apart)
    if missed:
        raise typer.Exit(FAILED)


def balance(data: Path | None) -> None:
    """Each account's last closing balance against the journal, line by line."""
    found = on_database(data, payments.bank_positions)
    for one in found:
        typer.echo(f"{one.account}, statement {one.statement} of {one.day}:")
        for amount, what in (
            (one.booked, "booked in the journal's account `bank`"),
            (one.before, "in the account before its first statement"),
            (one.transfers, "transfers of buyers less refunds, booked as a provider's"),
            (-one.elsewhere, "moved through other providers"),
            (one.unmatched, "entries that fit nothing: see the breaks"),
            (one.gaps, "between statements that do not continue each other: see the breaks"),
            (one.rest, "explained by none of these"),
            (one.closing, "closing balance"),
        ):
            typer.echo(f"  {show(amount, one.currency):>20}  {what}")
        if one.on_its_way:
            typer.echo(f"  {show(one.on_its_way, one.currency)} are in payment files still to go.")
    if not found:
        typer.echo("No statement was taken yet. See: fondaco bank import --help")
    if any(one.rest or one.unmatched or one.gaps for one in found):
        raise typer.Exit(FAILED)
