"""Keeping who markets' operators and sellers are before the law."""

from collections.abc import Mapping
from typing import Any

from fondaco import markets, parties, pricing
from fondaco.billing.model import BusinessRefusal, BusinessSet, SetBusiness
from fondaco.billing.queries import sql
from fondaco.kernel import Batch, Refused, Tx, as_json, command


@command(BusinessSet)
async def set_business(tx: Tx, batch: Batch[SetBusiness]) -> list[BusinessSet | Refused]:
    """Keep who runs markets, and who sellers are. BusinessRefusal says why not."""
    known = await markets.markets(tx, [one.party for one in batch if one.prefix])
    sellers = await parties.organisations(tx, [one.party for one in batch if not one.prefix])
    prefixes = sorted({one.prefix for one in batch if one.prefix})
    rows = await tx.fetch(sql.prefixes, prefixes=prefixes)
    taken = {row["prefix"]: row["party"] for row in rows}
    keep: dict[int, dict[str, Any]] = {}
    outcomes: list[BusinessSet | Refused] = []
    for one, at in zip(batch, batch.at, strict=True):
        number = pricing.tax_id(one.tax_id) if one.tax_id else None
        if (refusal := _unknown(one, known, sellers)) is not None:
            outcomes.append(refusal)
        elif one.tax_id and number is None:
            detail = f"{one.tax_id!r} is no VAT number with its country's prefix."
            outcomes.append(Refused(BusinessRefusal.UNKNOWN_TAX_ID, detail, "/tax_id"))
        elif one.prefix and taken.setdefault(one.prefix, one.party) != one.party:
            detail = f"Another market's numbers begin with {one.prefix}."
            outcomes.append(Refused(BusinessRefusal.PREFIX_TAKEN, detail, "/prefix"))
        else:
            tax_id = number.number if number else ""
            keep[one.party] = {
                "party": one.party, "name": one.name, "address": one.address,
                "country": one.country, "tax_id": tax_id, "prefix": one.prefix or "",
                "by": one.by, "at": at,
            }  # fmt: skip
            outcomes.append(BusinessSet(tax_id))
    await tx.fetch(sql.keep_businesses, rows=as_json(list(keep.values())))
    return outcomes


def _unknown(
    one: SetBusiness, known: Mapping[int, Any], sellers: Mapping[int, Any]
) -> Refused | None:
    if one.prefix:
        if one.party in known:
            return None
        return Refused(BusinessRefusal.UNKNOWN_MARKET, "There is no such market.")
    if one.party in sellers and sellers[one.party]["kind"] == parties.Kind.SELLER:
        return None
    return Refused(BusinessRefusal.UNKNOWN_SELLER, "There is no such seller.")
