"""Tax rates over HTTP: set one, look."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, Strict, reads, submit, writes
from fondaco.kernel.edge import Text
from fondaco.markets.tax import list_tax_rates, set_tax_rate
from fondaco.markets.tax_model import STANDARD, Place, Region, SetTaxRate, Share, TaxClass, TaxRate

Caller = Request[Any, parties.Access, State]


class NewTaxRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tax rate from a day on: numerator/denominator, 21/100 for 21 %.

    The region "" is the whole country, the country "*" everywhere without a rate of its own.
    `valid_until` is the first day on which it no longer holds.
    """

    country: Place
    numerator: Share
    denominator: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    valid_from: date
    valid_until: date | None = None
    region: Region = ""
    tax_class: TaxClass = STANDARD
    source: Text = ""


class TaxRateStands(msgspec.Struct, frozen=True):
    """The rate stands; `changed` is false if it stood so before."""

    changed: bool


class TaxRates(msgspec.Struct, frozen=True):
    """The rates of a country, by region, class and day."""

    rates: list[TaxRate]


@post("/api/tax/rates", dto=Strict[NewTaxRate], **writes("admin"))
async def new_tax_rate(
    data: JSONBody[NewTaxRate], request: Caller, idempotency_key: IdempotencyKey
) -> TaxRateStands:
    """Set the tax rate of a place and class from a day on; what is sold keeps its tax."""
    wish = SetTaxRate(**msgspec.structs.asdict(data))
    stands = await submit(request, set_tax_rate, wish, idempotency_key)
    return TaxRateStands(stands.changed)


@get("/api/tax/rates", **reads())
async def tax_rates(
    request: Caller,
    country: Annotated[
        str, QueryParameter(pattern="^([A-Z]{2}|[*])$(?!\\n)", description="Two letters, or *.")
    ],
) -> TaxRates:
    """The tax rates of a country, past and future ones too."""
    return TaxRates(await list_tax_rates(request.app.state.database, country))


routes = (new_tax_rate, tax_rates)
