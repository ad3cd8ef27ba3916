"""Reading documents, and who parties are before the law."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from fondaco import markets
from fondaco.billing.model import Business, Document, Line
from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import show

sql = load_sql("fondaco.billing")

INVARIANTS: list[Invariant] = invariants("fondaco.billing")


async def businesses(source: Database | Tx, parties: Iterable[int]) -> dict[int, Business]:
    """Who markets' operators and sellers are, by market or seller; unless nobody said so."""
    rows = await source.fetch(sql.businesses, parties=sorted(set(parties)))
    return {row["party"]: _business(row) for row in rows}


def _business(row: Row) -> Business:
    return Business(**{name: row[name] for name in Business.__struct_fields__})


async def documents_of(database: Database, seller: int, before: int, limit: int) -> list[Row]:
    """A seller's documents, latest first: id, number, kind, market, month, currency, net, vat,
    issued_at.
    """
    return await database.fetch(sql.documents_of, seller=seller, before=before, limit=limit)


async def document(database: Database, number: str) -> Document | None:
    """A document by its number."""
    async with database.transaction(snapshot=True) as tx:
        found = await tx.fetch(sql.document_numbered, number=number)
        if not found:
            return None
        lines = await tx.fetch(sql.lines_of, document=found[0]["id"])
        known = await markets.markets(tx, [found[0]["market"]])
    return _document(found[0], lines, known[found[0]["market"]])


def _document(row: Row, lines: Sequence[Row], market: markets.Market) -> Document:
    return Document(
        number=row["number"], kind=row["kind"], market=show("mkt", row["market"]),
        seller=show("sel", row["seller"]), month=_month(row["month"]), currency=row["currency"],
        issued_at=row["issued_at"], issued_on=market.day(row["issued_at"]),
        issuer=_party(row["issuer"]), recipient=_party(row["recipient"]), net=row["net"],
        vat=row["vat"],
        lines=[Line(**{name: line[name] for name in Line.__struct_fields__}) for line in lines],
    )  # fmt: skip


def _party(text: Any) -> Business:
    return msgspec.json.decode(text, type=Business)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
