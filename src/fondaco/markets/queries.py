"""Reading markets, and their commission rules for people."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import msgspec

from fondaco.kernel import Database, Row, Tx, load_sql
from fondaco.markets.model import Market, Timers
from fondaco.markets.tax_model import TaxPolicy

sql = load_sql("fondaco.markets")


def _market(row: Row) -> Market:
    timers = Timers(**{name: row[name] for name in Timers.__struct_fields__})
    return Market(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        currency=row["currency"],
        locale=row["locale"],
        timers=timers,
        payout_minimum=row["payout_minimum"],
        created_at=row["created_at"],
        tax=_tax_policy(row),
        time_zone=row["time_zone"],
    )


def _tax_policy(row: Row) -> TaxPolicy | None:
    if row["tax_prices"] is None:
        return None
    names = TaxPolicy.__struct_fields__
    return msgspec.convert({name: row[f"tax_{name}"] for name in names}, TaxPolicy)


_OPENED: WeakKeyDictionary[Database, dict[int, Market]] = WeakKeyDictionary()


async def markets(source: Tx | Database, ids: Sequence[int]) -> dict[int, Market]:
    """Markets by id. What a market was opened with never changes, so it is read once."""
    database = source.database if isinstance(source, Tx) else source
    opened = _OPENED.setdefault(database, {})
    if missing := set(ids) - opened.keys():
        rows = await source.fetch(sql.markets, ids=sorted(missing))
        opened.update({row["id"]: _market(row) for row in rows})
    return {id_: opened[id_] for id_ in set(ids) if id_ in opened}


async def payout_minimums(tx: Tx, currencies: Sequence[str]) -> dict[str, int]:
    """The least that is paid out, by currency, in minor units.

    What a seller is owed may come from any market of the currency, so the smallest minimum counts.
    """
    rows = await tx.fetch(sql.payout_minimums, currencies=sorted(set(currencies)))
    return {row["currency"]: row["minimum"] for row in rows}


async def list_markets(database: Database, after: int, limit: int) -> list[Market]:
    """Markets in order of opening, beginning after an id."""
    return [_market(row) for row in await database.fetch(sql.list_markets, id=after, limit=limit)]


async def market_by_slug(source: Tx | Database, slug: str) -> Market | None:
    """The market of that name, if any."""
    rows = await source.fetch(sql.market_by_slug, slug=slug)
    return _market(rows[0]) if rows else None


async def list_fee_rules(database: Database, market: int, after: int, limit: int) -> list[Row]:
    """Commission rules of a market in order of setting, beginning after an id."""
    return await database.fetch(sql.list_fee_rules, market=market, after=after, limit=limit)
