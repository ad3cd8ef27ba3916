"""API keys: issued, listed and revoked by the operator."""

import base64
import hashlib
import hmac
import re
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, reads, submit, writes
from fondaco.kernel.edge import END, next_page
from fondaco.kernel.ids import parse
from fondaco.parties.commands import hash_secret, issue_key, revoke_key
from fondaco.parties.model import ALLOWED, Access, IssueKey, Kind, RevokeKey, Scope
from fondaco.parties.queries import key_state, keys_of, organisations

Caller = Request[Any, Access, State]
_KINDS: Final = {"sel": Kind.SELLER, "org": Kind.OPERATOR, "per": Kind.BUYER}
_PARTY: Final = f"^(sel|per|org)_[0-7][0-9a-hjkmnp-tv-z]{{12}}{END}"
_PREFIX: Final = f"^fk_[A-Za-z0-9_-]{{7}}{END}"


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be issued for a seller, a buyer or the operator; all their scopes if none named."""

    party: Annotated[str, msgspec.Meta(pattern=_PARTY)]
    scopes: Annotated[list[Scope], msgspec.Meta(max_length=20)] = []
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key. Only its hash is kept: note the secret now."""

    secret: str
    prefix: str


class KeyView(msgspec.Struct, frozen=True):
    """A key by the beginning of its secret. `state`: `works`, `expired` or `revoked`."""

    prefix: str
    state: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyPage(msgspec.Struct, frozen=True):
    """A party's keys by prefix; `next` is the address of the page after, if there is one."""

    keys: list[KeyView]
    next: str | None


class RevokedKey(msgspec.Struct, frozen=True):
    """The key that opens nothing any more."""

    prefix: str


@post("/api/keys", dto=Strict[NewKey], **writes("admin"))
async def add_key(
    data: JSONBody[NewKey], request: Caller, idempotency_key: IdempotencyKey
) -> IssuedKey:
    """Issue an API key. The same request again shows the same secret."""
    prefix = data.party[:3]
    party, kind = parse(prefix, data.party), _KINDS[prefix]
    if kind is not Kind.BUYER:
        known = await organisations(request.app.state.database, [party])
        if party not in known or known[party]["kind"] != kind:
            raise Problem(422, "unknown_party", "There is no such party.", pointer="/party")
    secret = _derived(request.headers["authorization"], idempotency_key, data.party)
    wish = IssueKey(
        hash=hash_secret(secret), prefix=secret[:10], party=party, kind=kind,
        scopes=tuple(sorted(set(data.scopes or ALLOWED[kind]))), expires_at=data.expires_at,
    )  # fmt: skip
    issued = await submit(request, issue_key, wish, idempotency_key)
    return IssuedKey(secret, issued.prefix)


@get("/api/keys", **reads("admin"))
async def keys(
    request: Caller,
    party: Annotated[str, QueryParameter(pattern=_PARTY, description="Whose keys.")],
    after: Annotated[str, QueryParameter(pattern=f"^{_PREFIX[1:]}|^$")] = "",
    limit: Limit = 50,
) -> KeyPage:
    """A party's keys, those that were revoked too; never their secrets."""
    database = request.app.state.database
    now, id_ = database.clock(), parse(party[:3], party)
    views = [
        KeyView(
            row["prefix"], key_state(row, now), row["scopes"], row["created_at"],
            row["expires_at"], row["revoked_at"],
        )
        for row in await keys_of(database, id_, after, limit)
    ]  # fmt: skip
    last = views[-1].prefix if views else ""
    return KeyPage(views, next_page("/api/keys", views, limit, last, party=party))


@post("/api/keys/{prefix:str}/revocation", **writes("admin"))
async def revoke(
    request: Caller, prefix: FromPath[str], idempotency_key: IdempotencyKey
) -> RevokedKey:
    """Revoke a key, named by the first ten characters of its secret. It works 5 s more at most."""
    if not re.match(_PREFIX, prefix):
        raise Problem(404, "unknown_prefix", "There is no such key, or it was revoked before.")
    wish = RevokeKey(prefix=prefix)
    done = await submit(request, revoke_key, wish, idempotency_key, "unknown_prefix")
    return RevokedKey(done.prefix)


def _derived(authorization: str, key: str, party: str) -> str:
    """A secret that only the caller's own can give, so that a retry shows it again.

    It is stored nowhere, and nobody without the caller's 256-bit secret can work it out.
    """
    own = authorization.partition(" ")[2].strip().encode()
    digest = hmac.digest(own, f"api key\0{party}\0{key}".encode(), hashlib.sha256)
    return "fk_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


routes = (add_key, keys, revoke)
