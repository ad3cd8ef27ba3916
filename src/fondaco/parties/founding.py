"""A fresh deployment's first organisation, and keys issued by whoever holds the database."""

from typing import Any

from fondaco.kernel import Command, Database, Refused, Sent, run
from fondaco.parties.commands import issue_key, new_secret, organise
from fondaco.parties.model import ALLOWED, IssueKey, Kind, Organise, Scope


async def found(database: Database, name: str = "Operator") -> tuple[int, str]:
    """Found the operator's organisation, once, and issue it a key: its id and the key's secret.

    Each call issues another key with every scope; its secret is told this one time.
    """
    wish = Organise(kind=Kind.OPERATOR, name=name)
    operator = (await _one(database, organise, wish, "operator")).id
    return operator, await new_key(database, operator, Kind.OPERATOR)


async def new_key(database: Database, party: int, kind: Kind, *scopes: Scope) -> str:
    """Issue a party another key and return its secret; no scopes named: all its kind may have."""
    secret, hash_, prefix = new_secret()
    wish = IssueKey(
        hash=hash_, prefix=prefix, party=party, kind=kind,
        scopes=tuple(sorted(scopes or ALLOWED[kind])),
    )  # fmt: skip
    await _one(database, issue_key, wish, f"key {hash_.hex()}")
    return secret


async def _one(database: Database, handler: Any, wish: Command, key: str) -> Any:
    [answer] = await run(database, handler, [Sent(wish, "system", key)])
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Refused):
        raise ValueError(answer.detail)
    return answer
