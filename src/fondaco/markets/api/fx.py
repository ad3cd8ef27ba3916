"""Exchange rates over HTTP: set those of a day, look."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Strict, reads, submit, writes
from fondaco.kernel.edge import END, Currency, Text
from fondaco.markets.fx import fx_table, set_fx_rates
from fondaco.markets.fx_model import CurrencyRate, SetFxRates

Caller = Request[Any, parties.Access, State]


class NewFxRates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exchange rates of a day: so much of each currency for one unit of the base.

    A rate is numerator/denominator, in major units: 11172/10000 for 1.1172.
    """

    base: Currency
    on: date
    rates: Annotated[list[CurrencyRate], msgspec.Meta(min_length=1, max_length=300)]
    source: Text = ""


class FxRatesStand(msgspec.Struct, frozen=True):
    """The rates stand; how many of them are new or changed."""

    changed: int


class ExchangeView(msgspec.Struct, frozen=True):
    """What one unit of a currency is worth in another, and the day that the rate is of."""

    of: str
    into: str
    numerator: int
    denominator: int
    on: date


def _currency(about: str) -> Any:
    return QueryParameter(pattern=f"^[A-Z]{{3}}{END}", description=about)


@post("/api/fx/rates", dto=Strict[NewFxRates], **writes("admin"))
async def new_fx_rates(
    data: JSONBody[NewFxRates], request: Caller, idempotency_key: IdempotencyKey
) -> FxRatesStand:
    """Set the exchange rates of a day."""
    wish = SetFxRates(base=data.base, on=data.on, rates=tuple(data.rates), source=data.source)
    return FxRatesStand((await submit(request, set_fx_rates, wish, idempotency_key)).changed)


@get("/api/fx/rate", **reads())
async def fx_rate(
    request: Caller,
    of: Annotated[str, _currency("What is exchanged.")],
    into: Annotated[str, _currency("What it is exchanged for.")],
) -> ExchangeView:
    """What one unit of a currency is worth in another now; 404 if no rate is fresh."""
    database = request.app.state.database
    table = await fx_table(database, [of, into], database.clock().date())
    found = table.exchange(of, into)
    if found is None:
        raise Problem(404, "unknown_rate", f"There is no rate of {of} in {into} that is fresh.")
    return ExchangeView(of, into, found.rate.numerator, found.rate.denominator, found.on)


routes = (new_fx_rates, fx_rate)
