"""Setting tax rates, and looking up the one that holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from fondaco.kernel import Batch, Database, Refused, Tx, as_json, command
from fondaco.markets.queries import sql
from fondaco.markets.tables import shipped_tax
from fondaco.markets.tax_model import (
    ELSEWHERE,
    NO_TAX,
    ZERO,
    Rate,
    SeedTax,
    SetTaxRate,
    TaxRate,
    TaxRateRefusal,
    TaxRateSet,
    TaxSeeded,
)


@command(TaxRateSet)
async def set_tax_rate(tx: Tx, batch: Batch[SetTaxRate]) -> list[TaxRateSet | Refused]:
    """Set tax rates. TaxRateRefusal says why not.

    The same place, class and day twice in one batch: the later one stands.
    """
    standing = await _standing(tx, {one.country for one in batch})
    outcomes: list[TaxRateSet | Refused] = []
    new: dict[tuple[str, str, str, date], dict[str, object]] = {}
    for one in batch:
        if one.numerator > one.denominator:
            detail = "A tax cannot be more than the whole amount."
            outcomes.append(Refused(TaxRateRefusal.OVER_WHOLE, detail, "/numerator"))
            continue
        if one.valid_until is not None and one.valid_until <= one.valid_from:
            detail = f"It must end after {one.valid_from}, the day on which it begins."
            outcomes.append(Refused(TaxRateRefusal.ENDS_BEFORE_START, detail, "/valid_until"))
            continue
        key, row = _key(one), _row(one)
        outcomes.append(TaxRateSet(standing.get(key) != row))
        if standing.get(key) != row:
            standing[key] = new[key] = row
    if new:
        await tx.fetch(sql.upsert_tax_rates, rows=as_json([new[key] for key in sorted(new)]))
    return outcomes


@command(TaxSeeded)
async def seed_tax(tx: Tx, batch: Batch[SeedTax]) -> list[TaxSeeded | Refused]:
    """Load the shipped rates of the places and classes that have none."""
    days = [one.valid_from or at.date() for one, at in zip(batch, batch.at, strict=True)]
    return [TaxSeeded(count) for count in await seed(tx, days)]


async def seed(tx: Tx, days: Sequence[date]) -> list[int]:
    """Load the shipped rates from each of these days on; how many were loaded for each.

    A place and class that has a rate on the day is left alone.
    """
    if not days:
        return []
    shipped = shipped_tax()
    begun: dict[tuple[str, str, str], date] = {}
    for country, region, class_, day in await _standing(tx, {one.country for one in shipped}):
        place = (country, region, class_)
        begun[place] = min(day, begun.get(place, day))
    counts, new = [], []
    for day in days:
        lacking = [one for one in shipped if begun.get(_key(one)[:3], date.max) > day]
        begun |= {_key(one)[:3]: day for one in lacking}
        new += [_row(msgspec.structs.replace(one, valid_from=day)) for one in lacking]
        counts.append(len(lacking))
    if new:
        await tx.fetch(sql.upsert_tax_rates, rows=as_json(new))
    return counts


class TaxTable:
    """Rates of some countries, looked up by place, class and day."""

    def __init__(self, rates: Iterable[TaxRate]) -> None:
        self._rates: defaultdict[tuple[str, str, str], list[TaxRate]] = defaultdict(list)
        for one in sorted(rates, key=lambda one: one.valid_from, reverse=True):
            self._rates[one.country, one.region, one.tax_class].append(one)
        self._countries = {country for country, _, _ in self._rates}

    def rate(self, country: str, region: str, tax_class: str, on: date) -> Rate | None:
        """The rate that holds on a day: of the region, else of the country.

        Where the country has no rate of any class, that for everywhere else. None if there is
        none: then it is not known what to charge, which is not the same as nothing.
        """
        if tax_class == ZERO:
            return NO_TAX
        known = country if country in self._countries else ELSEWHERE
        for place in dict.fromkeys((region, "")):
            for one in self._rates.get((known, place, tax_class), ()):
                if one.valid_from <= on:  # the latest that has begun, whether or not it ended
                    if one.valid_until is None or on < one.valid_until:
                        return one.rate
                    break
        return None


async def tax_table(source: Tx | Database, countries: Iterable[str]) -> TaxTable:
    """The rates of these countries, and those for everywhere else."""
    rows = await source.fetch(sql.tax_rates, countries=sorted({*countries, ELSEWHERE}))
    return TaxTable(TaxRate(**dict(row)) for row in rows)


async def list_tax_rates(database: Database, country: str) -> list[TaxRate]:
    """All rates of a country, past and future ones too, by region, class and day."""
    rows = [
        TaxRate(**dict(row)) for row in await database.fetch(sql.tax_rates, countries=[country])
    ]
    return sorted(rows, key=lambda one: (one.region, one.tax_class, one.valid_from))


async def _standing(
    tx: Tx, countries: Iterable[str]
) -> dict[tuple[str, str, str, date], dict[str, object]]:
    rows = await tx.fetch(sql.tax_rates, countries=sorted(set(countries)))
    return {
        (row["country"], row["region"], row["tax_class"], row["valid_from"]): dict(row)
        for row in rows
    }


def _key(one: SetTaxRate) -> tuple[str, str, str, date]:
    return (one.country, one.region, one.tax_class, one.valid_from)


def _row(one: SetTaxRate) -> dict[str, object]:
    return msgspec.structs.asdict(one)
