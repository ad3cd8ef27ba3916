"""Opening markets and setting their commission."""

from collections.abc import Sequence

import msgspec

from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import exponent
from fondaco.markets.model import (
    Fee,
    FeeRefusal,
    FeeSet,
    MarketOpened,
    OpenMarket,
    OpenRefusal,
    SetFee,
)
from fondaco.markets.queries import sql
from fondaco.markets.tax import seed
from fondaco.markets.tax_model import TaxPolicy


@command(MarketOpened)
async def open_market(tx: Tx, batch: Batch[OpenMarket]) -> list[MarketOpened | Refused]:
    """Open markets. OpenRefusal says why not."""
    rows = await tx.fetch(sql.taken_slugs, slugs=[one.slug for one in batch])
    taken = {row["slug"] for row in rows}
    outcomes: list[MarketOpened | Refused] = []
    markets, rules = [], []
    for one, at in zip(batch, batch.at, strict=True):
        if (refusal := _refusal(one, taken)) is not None:
            outcomes.append(refusal)
            continue
        taken.add(one.slug)
        id_ = tx.mint()
        markets.append(
            {
                "id": id_,
                "slug": one.slug,
                "name": one.name,
                "currency": one.currency,
                "locale": one.locale,
                "payout_minimum": one.payout_minimum,
                "created_at": at,
                **{
                    name: f"{getattr(one.timers, name).total_seconds()} seconds"
                    for name in one.timers.__struct_fields__
                },
                **_tax_columns(one.tax),
            }
        )
        rules.append(_rule(tx.mint(), id_, one.fee, at))
        outcomes.append(MarketOpened(id_))
    await tx.fetch(sql.insert_markets, rows=as_json(markets))
    await tx.fetch(sql.insert_fee_rules, rows=as_json(rules))
    opened = zip(batch, batch.at, outcomes, strict=True)
    await seed(
        tx, [at.date() for one, at, o in opened if one.seed_tax and not isinstance(o, Refused)]
    )
    return outcomes


def _tax_columns(policy: TaxPolicy | None) -> dict[str, object]:
    given = msgspec.structs.asdict(policy) if policy is not None else {}
    return {f"tax_{name}": given.get(name) for name in TaxPolicy.__struct_fields__}


def _refusal(one: OpenMarket, taken: set[str]) -> Refused | None:
    try:
        exponent(one.currency)
    except ValueError as error:
        return Refused(OpenRefusal.UNKNOWN_CURRENCY, f"{error}.", "/currency")
    if one.slug in taken:
        return Refused(OpenRefusal.SLUG_TAKEN, f"There is a market {one.slug!r}.", "/slug")
    return _bad_fee(one.fee, OpenRefusal.BAD_FEE)


def _bad_fee(fee: Fee, code: str) -> Refused | None:
    if fee.numerator > fee.denominator:
        return Refused(code, "A commission cannot be more than the whole price.", "/fee")
    if fee.cap is not None and fee.cap < fee.floor:
        return Refused(code, "The cap is below the floor.", "/fee/cap")
    return None


def _rule(id_: int, market: int, fee: Fee, at: object, **scope: int | None) -> dict[str, object]:
    return {
        "id": id_,
        "market": market,
        "numerator": fee.numerator,
        "denominator": fee.denominator,
        "floor": fee.floor,
        "cap": fee.cap,
        "valid_from": at,
        **scope,
    }


@command(FeeSet)
async def set_fee(tx: Tx, batch: Batch[SetFee]) -> list[FeeSet | Refused]:
    """Set commission for lines sold from now on; what is sold keeps its rate."""
    known = {row["id"] for row in await tx.fetch(sql.markets, ids=_unique(batch))}
    outcomes: list[FeeSet | Refused] = []
    rules = []
    for one, at in zip(batch, batch.at, strict=True):
        if one.market not in known:
            refusal = Refused(FeeRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
            outcomes.append(refusal)
        elif (bad := _bad_fee(one.fee, FeeRefusal.BAD_FEE)) is not None:
            outcomes.append(bad)
        else:
            id_ = tx.mint()
            rules.append(
                _rule(id_, one.market, one.fee, at, seller=one.seller, category=one.category)
            )
            outcomes.append(FeeSet(id_))
    await tx.fetch(sql.insert_fee_rules, rows=as_json(rules))
    return outcomes


def _unique(batch: Sequence[SetFee]) -> list[int]:
    return sorted({one.market for one in batch})
