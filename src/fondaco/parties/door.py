"""The door: which key a request carries, and what that key may do."""

import time
from collections import OrderedDict
from typing import Final

from fondaco.kernel import Database, Problem
from fondaco.parties.commands import hash_secret
from fondaco.parties.model import Access, Kind
from fondaco.parties.queries import access_of

SECONDS: Final = 5.0
"""How long an answer about a key is remembered: a revoked key may work this much longer."""

_MOST: Final = 10_000
_LONGEST: Final = 200
_CHALLENGE: Final = {"www-authenticate": "Bearer"}


class Door:
    """Looks API keys up, through a small memory bounded in size and time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, tuple[float, Access | None]] = OrderedDict()

    async def access(self, authorization: str | None) -> Access:
        """Whose key an `Authorization` header carries. Raises a 401 Problem."""
        if authorization is None:
            raise _unauthorised("missing_key", "This needs `Authorization: Bearer fk_...`.")
        scheme, _, secret = authorization.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret.startswith("fk_") or len(secret) > _LONGEST:
            raise _unauthorised("unknown_key", "That is no API key.")
        access = await self._look_up(secret)
        if access is None:
            raise _unauthorised("unknown_key", "There is no such key, or it was revoked.")
        if access.expires_at is not None and access.expires_at <= self._database.clock():
            raise _unauthorised("expired_key", "The key has expired.")
        return access

    def known(self, authorization: str | None) -> str | None:
        """The principal of a key that was looked up lately; None for any other."""
        secret = (authorization or "").partition(" ")[2].strip()
        _, access = self._known.get(secret, (0.0, None))
        return access.principal if access else None

    async def _look_up(self, secret: str) -> Access | None:
        now = time.monotonic()
        known = self._known.get(secret)
        if known is not None and known[0] > now:
            return known[1]
        access = await access_of(self._database, hash_secret(secret))
        self._known[secret] = (now + SECONDS, access)
        self._known.move_to_end(secret)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return access


def _unauthorised(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers=_CHALLENGE)


def check(access: Access, scope: str, kinds: frozenset[str]) -> None:
    """Raise a 403 Problem unless the key has the scope and is of one of the kinds; none: any."""
    if scope not in access.scopes:
        raise Problem(403, "missing_scope", f"The key lacks the scope {scope}.")
    if kinds and access.kind not in kinds:
        raise Problem(403, "wrong_party", f"A key of the {access.kind}'s cannot do this.")


def seller_for(access: Access, named: int | None, pointer: str = "/seller") -> int:
    """The seller a request is about: a seller's own, or the one that the operator names.

    Another's name in a seller's request is answered as if there were no such seller.
    """
    return _party_for(access, Kind.SELLER, named, pointer)


def buyer_for(access: Access, named: int | None, pointer: str = "/buyer") -> int:
    """The buyer a request is about: a buyer's own, or the one that the operator names."""
    return _party_for(access, Kind.BUYER, named, pointer)


def in_path(access: Access, kind: Kind, party: int) -> int:
    """The party that a path names; another's, to its like, is one that does not exist: 404."""
    if access.kind is kind and access.party != party:
        raise Problem(404, f"unknown_{kind}", f"There is no such {kind}.")
    return party


def _party_for(access: Access, kind: Kind, named: int | None, pointer: str) -> int:
    if access.kind is Kind.OPERATOR:
        if named is None:
            raise Problem(422, f"unknown_{kind}", f"Name the {kind}.", pointer=pointer)
        return named
    if named is not None and named != access.party:
        detail = f"There is no such {kind}."
        raise Problem(422, f"unknown_{kind}", detail, pointer=pointer)
    return access.party


def only_seller(access: Access) -> int | None:
    """The seller whose things alone may be touched; None for everybody's."""
    return access.party if access.kind is Kind.SELLER else None


def only_buyer(access: Access) -> int | None:
    """The buyer whose things alone may be touched; None for everybody's."""
    return access.party if access.kind is Kind.BUYER else None
