"""Parties: organisations, people, members with roles, and hashed, scoped API keys.

Owns the schema `parties`. Promises that a key's secret is never stored, and that a key holds
only scopes its kind of party may have. Publishes nothing yet: nobody above needs to hear of it.
"""

from fondaco.parties.commands import (
    hash_secret,
    issue_key,
    join,
    new_secret,
    organise,
    register,
    revoke_key,
)
from fondaco.parties.door import Door, buyer_for, check, only_buyer, only_seller, seller_for
from fondaco.parties.founding import found, new_key
from fondaco.parties.model import (
    ALLOWED,
    Access,
    IssueKey,
    Join,
    JoinRefusal,
    KeyRefusal,
    Kind,
    Organise,
    Organised,
    Register,
    Registered,
    RevokeKey,
    RevokeRefusal,
    Role,
    Scope,
)
from fondaco.parties.queries import (
    access_of,
    keys_of,
    known_organisations,
    known_people,
    list_sellers,
    operator,
    organisations,
    standing,
)

__all__ = [
    "ALLOWED",
    "Access",
    "Door",
    "IssueKey",
    "Join",
    "JoinRefusal",
    "KeyRefusal",
    "Kind",
    "Organise",
    "Organised",
    "Register",
    "Registered",
    "RevokeKey",
    "RevokeRefusal",
    "Role",
    "Scope",
    "access_of",
    "buyer_for",
    "check",
    "found",
    "hash_secret",
    "issue_key",
    "join",
    "keys_of",
    "known_organisations",
    "known_people",
    "list_sellers",
    "new_key",
    "new_secret",
    "only_buyer",
    "only_seller",
    "operator",
    "organisations",
    "organise",
    "register",
    "revoke_key",
    "seller_for",
    "standing",
]
