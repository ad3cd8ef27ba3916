"""The JSON edge of parties: sellers, buyers, and API keys."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Made, Text, id_in_path, next_page
from fondaco.kernel.ids import parse, show
from fondaco.parties.commands import hash_secret, issue_key, organise, register, settle_in
from fondaco.parties.model import (
    ALLOWED,
    Access,
    IssueKey,
    Kind,
    Name,
    Organise,
    Register,
    Scope,
    SettleIn,
)
from fondaco.parties.queries import list_sellers, organisations

Caller = Request[Any, Access, State]
_KINDS = {"sel": Kind.SELLER, "org": Kind.OPERATOR, "per": Kind.BUYER}


class NewSeller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seller to be founded. Without a payout account it can sell, but not be paid out."""

    name: Name
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$(?!\\n)")] = ""
    city: Text = ""
    reference: Text = ""
    payout_account: Text = ""


class NewSettlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seller is paid in: one currency, or with "" that of each sale."""

    currency: Annotated[str, msgspec.Meta(pattern="^([A-Z]{3})?$(?!\\n)")]


class Settlement(msgspec.Struct, frozen=True):
    """What the seller is paid in for sales from now on."""

    seller: str
    currency: str


class NewBuyer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A buyer to be registered."""

    name: Name
    reference: Text = ""


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be issued for a seller, a buyer or the operator; all their scopes if none named."""

    party: Annotated[
        str, msgspec.Meta(pattern="^(sel|per|org)_[0-7][0-9a-hjkmnp-tv-z]{12}$(?!\\n)")
    ]
    scopes: Annotated[list[Scope], msgspec.Meta(max_length=20)] = []
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key. Only its hash is kept: note the secret now."""

    secret: str
    prefix: str


class SellerView(msgspec.Struct, frozen=True):
    """A seller as others see it."""

    id: str
    name: str
    country: str
    city: str
    state: str


class SellerPage(msgspec.Struct, frozen=True):
    """Sellers by name; `next` is the address of the page after, if there is one."""

    sellers: list[SellerView]
    next: str | None


@post("/api/sellers", dto=Strict[NewSeller], **writes("admin"))
async def add_seller(
    data: JSONBody[NewSeller], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Found a seller."""
    wish = Organise(kind=Kind.SELLER, **msgspec.structs.asdict(data))
    return Made(show("sel", (await submit(request, organise, wish, idempotency_key)).id))


@get("/api/sellers", **reads())
async def sellers(
    request: Caller, after: Annotated[str | None, after("sel")] = None, limit: Limit = 50
) -> SellerPage:
    """Sellers by name."""
    database, begin = request.app.state.database, ("", 0)
    if after is not None:
        id_ = parse("sel", after)
        known = await organisations(database, [id_])
        begin = (known[id_]["name"], id_) if id_ in known else begin
    views = [_view(row) for row in await list_sellers(database, begin, limit)]
    last = views[-1].id if views else ""
    return SellerPage(views, next_page("/api/sellers", views, limit, last))


@get("/api/sellers/{seller_id:str}", **reads())
async def one_seller(request: Caller, seller_id: FromPath[str]) -> SellerView:
    """A seller."""
    id_ = id_in_path("sel", seller_id)
    row = (await organisations(request.app.state.database, [id_])).get(id_)
    if row is None or row["kind"] != Kind.SELLER:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    return _view(row)


@post(
    "/api/sellers/{seller_id:str}/settlement",
    dto=Strict[NewSettlement],
    **writes("payouts:write", "operator", "seller"),
)
async def new_settlement(
    data: JSONBody[NewSettlement],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Settlement:
    """Pay a seller in a currency of its own; what is sold already is settled as agreed then."""
    id_ = id_in_path("sel", seller_id)
    if request.auth.kind is Kind.SELLER and request.auth.party != id_:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    wish = SettleIn(seller=id_, currency=data.currency)
    stands = await submit(request, settle_in, wish, idempotency_key, "unknown_seller")
    return Settlement(seller_id, stands.currency)


@post("/api/buyers", dto=Strict[NewBuyer], **writes("admin"))
async def add_buyer(
    data: JSONBody[NewBuyer], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Register a buyer."""
    wish = Register(name=data.name, reference=data.reference)
    return Made(show("per", (await submit(request, register, wish, idempotency_key)).id))


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


def _derived(authorization: str, key: str, party: str) -> str:
    """A secret that only the caller's own can give, so that a retry shows it again.

    It is stored nowhere, and nobody without the caller's 256-bit secret can work it out.
    """
    own = authorization.partition(" ")[2].strip().encode()
    digest = hmac.digest(own, f"api key\0{party}\0{key}".encode(), hashlib.sha256)
    return "fk_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _view(row: Any) -> SellerView:
    return SellerView(
        show("sel", row["id"]), row["name"], row["country"], row["city"], row["state"]
    )


routes = (add_seller, sellers, one_seller, new_settlement, add_buyer, add_key)
