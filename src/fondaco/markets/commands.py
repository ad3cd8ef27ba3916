"""Opening markets."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import exponent
from fondaco.markets.fee_commands import bad_fee, policy_row, rule_row
from fondaco.markets.fees import SetFee
from fondaco.markets.model import MarketOpened, OpenMarket, OpenRefusal
from fondaco.markets.queries import sql
from fondaco.markets.tax import seed
from fondaco.markets.tax_model import TaxPolicy


@command(MarketOpened)
async def open_market(tx: Tx, batch: Batch[OpenMarket]) -> list[MarketOpened | Refused]:
    """Open markets. OpenRefusal says why not."""
    rows = await tx.fetch(sql.taken_slugs, slugs=[one.slug for one in batch])
    taken = {row["slug"] for row in rows}
    outcomes: list[MarketOpened | Refused] = []
    markets, rules, policies = [], [], []
    for one, at in zip(batch, batch.at, strict=True):
        if (refusal := _refusal(one, taken)) is not None:
            outcomes.append(refusal)
            continue
        taken.add(one.slug)
        id_ = tx.mint()
        markets.append(_row(id_, one, at))
        base = SetFee(market=id_, fee=one.fee)
        rules.append(rule_row(tx.mint(), base, one.currency, at, base=True))
        policies.append(policy_row(tx.mint(), id_, one.policy, at))
        outcomes.append(MarketOpened(id_))
    await tx.fetch(sql.insert_markets, rows=as_json(markets))
    await tx.fetch(sql.insert_fee_rules, rows=as_json(rules))
    await tx.fetch(sql.insert_fee_policies, rows=as_json(policies))
    opened = zip(batch, batch.at, outcomes, strict=True)
    await seed(
        tx, [at.date() for one, at, o in opened if one.seed_tax and not isinstance(o, Refused)]
    )
    return outcomes


def _row(id_: int, one: OpenMarket, at: datetime) -> dict[str, object]:
    names = ("slug", "name", "currency", "locale", "payout_minimum", "time_zone")
    spans = {
        name: f"{getattr(one.timers, name).total_seconds()} seconds"
        for name in one.timers.__struct_fields__
    }
    own = {name: getattr(one, name) for name in names}
    return {"id": id_, **own, "created_at": at, **spans, **_tax_columns(one.tax)}


def _tax_columns(policy: TaxPolicy | None) -> dict[str, object]:
    given = msgspec.structs.asdict(policy) if policy is not None else {}
    return {f"tax_{name}": given.get(name) for name in TaxPolicy.__struct_fields__}


def _refusal(one: OpenMarket, taken: set[str]) -> Refused | None:
    try:
        exponent(one.currency)
    except ValueError as error:
        return Refused(OpenRefusal.UNKNOWN_CURRENCY, f"{error}.", "/currency")
    if not _known_zone(one.time_zone):
        detail = f"{one.time_zone!r} is no time zone; one is Europe/Berlin."
        return Refused(OpenRefusal.UNKNOWN_TIME_ZONE, detail, "/time_zone")
    if one.slug in taken:
        return Refused(OpenRefusal.SLUG_TAKEN, f"There is a market {one.slug!r}.", "/slug")
    if one.policy.vat_numerator > one.policy.vat_denominator:
        detail = "VAT cannot be more than the whole commission."
        return Refused(OpenRefusal.BAD_FEE, detail, "/policy/vat_numerator")
    return bad_fee(one.fee, one.currency, OpenRefusal.BAD_FEE)


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        return False
    return True
