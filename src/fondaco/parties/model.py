"""Who takes part: organisations, people, memberships, and the keys that let programs act."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Kind(StrEnum):
    """What a party is to the marketplace."""

    OPERATOR = "operator"
    SELLER = "seller"
    BUYER = "buyer"


class Scope(StrEnum):
    """What a key may do. Each kind of party may hold only its own."""

    CATALOG_WRITE = "catalog:write"
    STOCK_WRITE = "stock:write"
    PURCHASES_WRITE = "purchases:write"
    ORDERS_WRITE = "orders:write"
    READ = "read"
    PAYOUTS_WRITE = "payouts:write"
    ADMIN = "admin"


ALLOWED: dict[Kind, frozenset[Scope]] = {
    Kind.OPERATOR: frozenset(Scope),
    Kind.SELLER: frozenset(
        {Scope.CATALOG_WRITE, Scope.STOCK_WRITE, Scope.ORDERS_WRITE, Scope.READ,
         Scope.PAYOUTS_WRITE}
    ),
    Kind.BUYER: frozenset({Scope.PURCHASES_WRITE, Scope.ORDERS_WRITE, Scope.READ}),
}  # fmt: skip


class Organise(Command, frozen=True, kw_only=True, tag="organise"):
    """Found an organisation. `id` is minted by the caller; 0 lets the handler mint."""

    kind: Kind
    name: Name
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$(?!\\n)")] = ""
    city: Annotated[str, msgspec.Meta(max_length=200)] = ""
    reference: Annotated[str, msgspec.Meta(max_length=200)] = ""
    payout_account: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Organised(msgspec.Struct, frozen=True, tag="organised"):
    """The new organisation."""

    id: int


class SettleIn(Command, frozen=True, kw_only=True, tag="settle_in"):
    """Pay a seller in one currency, whatever it sells in; nothing: in that of each sale.

    What is sold already is settled as it was agreed then.
    """

    seller: int
    currency: Annotated[str, msgspec.Meta(pattern="^([A-Z]{3})?$(?!\\n)")]

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class SettlesIn(msgspec.Struct, frozen=True, tag="settles_in"):
    """What is sold from now on is settled so."""

    currency: str


class SetPayoutAccount(Command, frozen=True, kw_only=True, tag="set_payout_account"):
    """Pay a seller to an account from now on; to one that is not `verified` nothing is paid."""

    seller: int
    account: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    verified: bool = False

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class PayoutAccountSet(msgspec.Struct, frozen=True, tag="payout_account_set"):
    """Whether the account may be paid to."""

    verified: bool


class PayoutAccountRefusal(StrEnum):
    """Why an account was refused."""

    UNKNOWN_SELLER = "unknown_seller"


class SettleInRefusal(StrEnum):
    """Why a currency was refused; the first that applies."""

    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_SELLER = "unknown_seller"


class Register(Command, frozen=True, kw_only=True, tag="register"):
    """Register a person, e.g. a buyer."""

    name: Name
    reference: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Registered(msgspec.Struct, frozen=True, tag="registered"):
    """The new person."""

    id: int


class Role(StrEnum):
    """What a member may do for an organisation."""

    OWNER = "owner"
    CLERK = "clerk"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"


class Join(Command, frozen=True, kw_only=True, tag="join"):
    """Make a person a member of an organisation, or change their role."""

    organisation: int
    person: int
    role: Role

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.organisation


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """The membership stands."""


class JoinRefusal(StrEnum):
    """Why a membership was refused; the first that applies."""

    UNKNOWN_ORGANISATION = "unknown_organisation"
    UNKNOWN_PERSON = "unknown_person"


class IssueKey(Command, frozen=True, kw_only=True, tag="issue_key"):
    """Keep a new API key by its hash. The secret itself is shown once and never stored."""

    hash: bytes
    prefix: str
    party: int
    kind: Kind
    scopes: tuple[Scope, ...]
    expires_at: datetime | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.party


class KeyIssued(msgspec.Struct, frozen=True, tag="key_issued"):
    """The key may be used."""

    prefix: str


class KeyRefusal(StrEnum):
    """Why a key was refused; the first that applies."""

    UNKNOWN_PARTY = "unknown_party"
    SCOPE_NOT_ALLOWED = "scope_not_allowed"
    PREFIX_TAKEN = "prefix_taken"


class RevokeKey(Command, frozen=True, kw_only=True, tag="revoke_key"):
    """Let a key open nothing any more; named by the beginning of its secret."""

    prefix: Annotated[str, msgspec.Meta(min_length=4, max_length=20)]


class KeyRevoked(msgspec.Struct, frozen=True, tag="key_revoked"):
    """The key is revoked."""

    prefix: str


class RevokeRefusal(StrEnum):
    """Why a key was not revoked."""

    UNKNOWN_PREFIX = "unknown_prefix"


class Access(msgspec.Struct, frozen=True):
    """Whose a key is and what it may do."""

    party: int
    kind: Kind
    scopes: frozenset[Scope]
    prefix: str
    expires_at: datetime | None

    @property
    def principal(self) -> str:
        """Name under which idempotency keys are kept: the party, so keys can be rotated."""
        return f"{self.kind}:{self.party}"

    @property
    def by(self) -> str:
        """Who acts: the party and the key, since each person has a key of its own."""
        return f"{self.principal} {self.prefix}"
