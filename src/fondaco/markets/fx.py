"""Setting exchange rates, where they come from, and looking up the one that holds."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from math import gcd
from typing import Protocol

from fondaco.kernel import Batch, Database, Refused, Sent, Tx, as_json, command, run
from fondaco.kernel.money import exponent
from fondaco.markets.fx_model import (
    FRESH,
    Exchange,
    FxRate,
    FxRatesRefusal,
    FxRatesSet,
    SetFxRates,
)
from fondaco.markets.queries import sql
from fondaco.markets.tax_model import Rate

_AT_ONCE = 200


@command(FxRatesSet)
async def set_fx_rates(tx: Tx, batch: Batch[SetFxRates]) -> list[FxRatesSet | Refused]:
    """Set exchange rates. FxRatesRefusal says why not.

    The same pair and day twice in one batch: the later one stands.
    """
    standing = await _standing(tx, batch)
    outcomes: list[FxRatesSet | Refused] = []
    new: dict[tuple[str, str, date], dict[str, object]] = {}
    for one in batch:
        if (refusal := _refusal(one)) is not None:
            outcomes.append(refusal)
            continue
        changed = 0
        for rate in one.rates:
            key, share = (rate.currency, one.base, one.on), (rate.numerator, rate.denominator)
            if standing.get(key) != share:
                changed += 1
                standing[key] = share
                new[key] = {
                    "currency": rate.currency, "base": one.base, "on_date": one.on,
                    "numerator": rate.numerator, "denominator": rate.denominator,
                    "source": one.source,
                }  # fmt: skip
        outcomes.append(FxRatesSet(changed))
    if new:
        await tx.fetch(sql.upsert_fx_rates, rows=as_json([new[key] for key in sorted(new)]))
    return outcomes


def _refusal(one: SetFxRates) -> Refused | None:
    seen: set[str] = set()
    for at, currency in [
        ("/base", one.base),
        *((f"/rates/{no}/currency", rate.currency) for no, rate in enumerate(one.rates)),
    ]:
        try:
            exponent(currency)
        except ValueError as error:
            return Refused(FxRatesRefusal.UNKNOWN_CURRENCY, f"{error}.", at)
        if currency in seen:
            return Refused(FxRatesRefusal.RATE_TWICE, f"{currency} is there twice.", at)
        seen.add(currency)
    return None


async def _standing(
    tx: Tx, batch: Sequence[SetFxRates]
) -> dict[tuple[str, str, date], tuple[int, int]]:
    rows = await tx.fetch(
        sql.fx_rates_of_days,
        currencies=sorted({rate.currency for one in batch for rate in one.rates}),
        bases=sorted({one.base for one in batch}),
        days=sorted({one.on for one in batch}),
    )
    return {
        (row["currency"], row["base"], row["on_date"]): (row["numerator"], row["denominator"])
        for row in rows
    }


class FxSource(Protocol):
    """Somebody who publishes exchange rates: a file, a bank, a service."""

    name: str

    async def days(self) -> Sequence[SetFxRates]:
        """The rates of the days that it knows, or of those that are new; a day each."""


async def load_fx(database: Database, source: FxSource) -> int:
    """Load all that a source has; how many rates are new or changed.

    Raises ValueError if it names a currency that is none; what came before is loaded.
    """
    days = await source.days()
    changed = 0
    for start in range(0, len(days), _AT_ONCE):
        part = [Sent(one, "system", secrets.token_hex()) for one in days[start : start + _AT_ONCE]]
        for answer in await run(database, set_fx_rates, part):
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Refused):
                raise ValueError(answer.detail)
            changed += answer.changed
    return changed


class FxTable:
    """The rates of some currencies that hold on a day."""

    def __init__(self, rates: Iterable[FxRate]) -> None:
        self._rates: dict[tuple[str, str], FxRate] = {}
        for one in rates:
            known = self._rates.get((one.base, one.currency))
            if known is None or known.on < one.on:
                self._rates[one.base, one.currency] = one
        self._bases = sorted({base for base, _ in self._rates})

    def exchange(self, of: str, into: str) -> Exchange | None:
        """What one unit of a currency is worth in another, straight or over a common base.

        None if no rate is known that is fresh.
        """
        found = [
            _cross(mine, other)
            for base in self._bases
            if (mine := self._of(base, of)) and (other := self._of(base, into))
        ]
        return max(found, key=lambda one: one.on, default=None)

    def _of(self, base: str, currency: str) -> FxRate | None:
        if base == currency:
            return FxRate(base, base, date.max, 1, 1)
        return self._rates.get((base, currency))


def _cross(of: FxRate, into: FxRate) -> Exchange:
    numerator = into.numerator * of.denominator
    denominator = into.denominator * of.numerator
    common = gcd(numerator, denominator)
    return Exchange(Rate(numerator // common, denominator // common), min(of.on, into.on))


async def fx_tables(
    source: Tx | Database, currencies: Iterable[str], days: Iterable[date]
) -> dict[date, FxTable]:
    """The rates of these currencies that hold on each of these days; one statement."""
    wanted = sorted(set(days))
    rows = await source.fetch(
        sql.fx_rates, currencies=sorted(set(currencies)), on=wanted[-1], since=wanted[0] - FRESH
    )
    rates = [FxRate(*row) for row in rows]
    return {day: FxTable(one for one in rates if day - FRESH <= one.on <= day) for day in wanted}


async def fx_table(source: Tx | Database, currencies: Iterable[str], on: date) -> FxTable:
    """The rates of these currencies that hold on a day: the latest, if they are fresh."""
    return (await fx_tables(source, currencies, [on]))[on]
