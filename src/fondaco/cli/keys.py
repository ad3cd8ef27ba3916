"""API keys, issued and revoked by whoever holds the database."""

import secrets
from pathlib import Path
from typing import Any, Final

import typer

from fondaco import parties
from fondaco.cli.deployment import on_database
from fondaco.cli.faults import MISUSED, CliError
from fondaco.kernel import Database, Refused, Sent, run
from fondaco.kernel.ids import BadId, parse

_SHOWN: Final = 10
"""How much of a secret is kept to tell keys apart."""

_LISTED: Final = 10_000

_KINDS: Final = {
    "org": parties.Kind.OPERATOR,
    "sel": parties.Kind.SELLER,
    "per": parties.Kind.BUYER,
}


def issue(party: str | None, scopes: list[str], data: Path | None) -> None:
    """Issue a key and show its secret. Founds the operator where there is none yet."""
    named = [_scope(one) for one in scopes]

    async def work(database: Database) -> str:
        if party is None and not named and await parties.operator(database) is None:
            return (await parties.found(database))[1]
        id_, kind = await _party(database, party)
        try:
            return await parties.new_key(database, id_, kind, *named)
        except ValueError as error:
            raise CliError(str(error), MISUSED) from error

    secret = on_database(data, work)
    typer.echo("Shown once: only a hash of it is kept.", err=True)
    typer.echo(secret)


def show_keys(party: str | None, data: Path | None) -> None:
    """List a party's keys by the beginning of their secrets."""

    async def work(database: Database) -> list[str]:
        id_, _ = await _party(database, party)
        now = database.clock()
        return [
            f"{row['prefix']}...  {parties.key_state(row, now):8}  {' '.join(row['scopes'])}"
            for row in await parties.keys_of(database, id_, "", _LISTED)
        ]

    for line in on_database(data, work) or ["There are no keys."]:
        typer.echo(line)


def revoke(prefix: str, data: Path | None) -> None:
    """Revoke the key whose secret begins so."""

    async def work(database: Database) -> Any:
        wish = Sent(parties.RevokeKey(prefix=prefix[:_SHOWN]), "system", secrets.token_hex())
        [answer] = await run(database, parties.revoke_key, [wish])
        return answer

    if len(prefix) < _SHOWN:
        raise CliError("name at least ten characters of the key", MISUSED)
    answer = on_database(data, work)
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Refused):
        raise CliError(answer.detail)
    typer.echo(f"{answer.prefix}... is revoked.")


async def _party(database: Database, text: str | None) -> tuple[int, parties.Kind]:
    if text is None:
        operator = await parties.operator(database)
        if operator is None:
            raise CliError("there is no operator yet; `fondaco key issue` founds it")
        return operator, parties.Kind.OPERATOR
    kind = _KINDS.get(text[:3])
    if kind is None:
        raise CliError(f"{text!r} is no party: org_..., sel_... or per_...", MISUSED)
    try:
        id_ = parse(text[:3], text)
    except BadId as error:
        raise CliError(str(error), MISUSED) from error
    if kind is not parties.Kind.BUYER:
        known = (await parties.organisations(database, [id_])).get(id_)
        if known is None or known["kind"] != kind:
            raise CliError(f"there is no {kind} {text}")
    return id_, kind


def _scope(text: str) -> parties.Scope:
    try:
        return parties.Scope(text)
    except ValueError as error:
        raise CliError(
            f"{text!r} is no scope; there are {', '.join(parties.Scope)}", MISUSED
        ) from error
