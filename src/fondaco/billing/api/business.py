"""Who runs a market, and who a seller is, before the law."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import markets, parties
from fondaco.billing.business import set_business
from fondaco.billing.model import (
    Address,
    Business,
    Country,
    LegalName,
    Prefix,
    SetBusiness,
    TaxNumber,
)
from fondaco.billing.queries import businesses
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Strict, reads, submit, writes
from fondaco.kernel.edge import id_in_path

Caller = Request[Any, parties.Access, State]


class SellerBusiness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What invoices to the seller say of it. `address` may have line breaks; `tax_id` is a VAT
    number with its country's prefix.
    """

    name: LegalName
    address: Address
    country: Country
    tax_id: TaxNumber = ""


class NewIssuer(SellerBusiness, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who invoices a market's sellers. The numbers of documents begin with `prefix`."""

    prefix: Prefix


class BusinessView(msgspec.Struct, frozen=True):
    """Who somebody is before the law; `tax_id` in its normal spelling."""

    name: str
    address: str
    country: str
    tax_id: str


@post("/api/markets/{market_id:str}/business", dto=Strict[NewIssuer], return_dto=None,
      **writes("admin"))  # fmt: skip
async def new_issuer(
    data: JSONBody[NewIssuer], request: Caller, market_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> BusinessView:  # fmt: skip
    """Say who runs a market. Each month that ends from now on is invoiced to its sellers."""
    wish = SetBusiness(
        party=id_in_path("mkt", market_id), by=request.auth.by, **msgspec.structs.asdict(data)
    )
    done = await submit(request, set_business, wish, idempotency_key, "unknown_market")
    return BusinessView(data.name, data.address, data.country, done.tax_id)


@get("/api/markets/{market_id:str}/business", **reads())
async def see_issuer(request: Caller, market_id: FromPath[str]) -> BusinessView:
    """Who runs a market."""
    id_, database = id_in_path("mkt", market_id), request.app.state.database
    if id_ not in await markets.markets(database, [id_]):
        raise Problem(404, "unknown_market", "There is no such market.")
    return await _seen(request, id_)


@post("/api/sellers/{seller_id:str}/business", dto=Strict[SellerBusiness], return_dto=None,
      **writes("payouts:write", "operator", "seller"))  # fmt: skip
async def new_seller_business(
    data: JSONBody[SellerBusiness], request: Caller, seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> BusinessView:  # fmt: skip
    """Say who a seller is. Documents issued from now on say so; older ones stay as they are."""
    seller = parties.in_path(request.auth, parties.Kind.SELLER, id_in_path("sel", seller_id))
    wish = SetBusiness(party=seller, by=request.auth.by, **msgspec.structs.asdict(data))
    done = await submit(request, set_business, wish, idempotency_key, "unknown_seller")
    return BusinessView(data.name, data.address, data.country, done.tax_id)


@get("/api/sellers/{seller_id:str}/business", **reads("read", "operator", "seller"))
async def see_seller_business(request: Caller, seller_id: FromPath[str]) -> BusinessView:
    """Who a seller is."""
    seller = parties.in_path(request.auth, parties.Kind.SELLER, id_in_path("sel", seller_id))
    known = await parties.organisations(request.app.state.database, [seller])
    if seller not in known or known[seller]["kind"] != parties.Kind.SELLER:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    return await _seen(request, seller)


async def _seen(request: Caller, party: int) -> BusinessView:
    known: dict[int, Business] = await businesses(request.app.state.database, [party])
    if party not in known:
        raise Problem(404, "not_found", "Nobody said so far.")
    return BusinessView(**msgspec.structs.asdict(known[party]))


routes = (new_issuer, see_issuer, new_seller_business, see_seller_business)
