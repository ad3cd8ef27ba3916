"""Setting and ending commission rules, and a market's fee policy."""

from datetime import datetime
from typing import Any

import msgspec

from fondaco import parties
from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import exponent
from fondaco.markets.fees import (
    EndFee,
    EndFeeRefusal,
    Fee,
    FeeEnded,
    FeePolicy,
    FeePolicyRefusal,
    FeePolicySet,
    FeeRefusal,
    FeeSet,
    SetFee,
    SetFeePolicy,
)
from fondaco.markets.queries import markets, sql


@command(FeeSet)
async def set_fee(tx: Tx, batch: Batch[SetFee]) -> list[FeeSet | Refused]:
    """Set commission for lines sold while the rule is in force. FeeRefusal says why not.

    What is sold keeps its commission; a rule cannot begin before it is set.
    """
    known = await markets(tx, [one.market for one in batch])
    sellers = await parties.known_organisations(
        tx, [one.seller for one in batch if one.seller is not None]
    )
    outcomes: list[FeeSet | Refused] = []
    rules = []
    for one, at in zip(batch, batch.at, strict=True):
        market = known.get(one.market)
        if market is None:
            detail = "There is no such market."
            outcomes.append(Refused(FeeRefusal.UNKNOWN_MARKET, detail, "/market"))
        elif (refusal := _refusal(one, market.currency, sellers, at)) is not None:
            outcomes.append(refusal)
        else:
            rules.append(rule_row(tx.mint(), one, market.currency, at))
            outcomes.append(FeeSet(rules[-1]["id"]))
    await tx.fetch(sql.insert_fee_rules, rows=as_json(rules))
    return outcomes


def _refusal(one: SetFee, currency: str, sellers: set[int], at: datetime) -> Refused | None:
    if one.seller is not None and one.seller not in sellers:
        return Refused(FeeRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if (bad := bad_fee(one.fee, currency, FeeRefusal.BAD_FEE)) is not None:
        return bad
    if one.product is not None and one.category is not None:
        detail = "A rule is for a product or for a category, not for both."
        return Refused(FeeRefusal.BAD_SCOPE, detail, "/category")
    if one.price_below is not None and one.price_below <= one.price_from:
        detail = "The price band ends before it begins."
        return Refused(FeeRefusal.BAD_BAND, detail, "/price_below")
    begins = one.valid_from or at
    if begins < at:
        detail = "A rule cannot begin in the past: what is sold keeps its commission."
        return Refused(FeeRefusal.BAD_PERIOD, detail, "/valid_from")
    if one.valid_until is not None and one.valid_until <= begins:
        return Refused(FeeRefusal.BAD_PERIOD, "The rule ends before it begins.", "/valid_until")
    return None


def bad_fee(fee: Fee, currency: str, code: str) -> Refused | None:
    """Why there can be no such commission in a market of a currency, if so."""
    if fee.numerator > fee.denominator:
        return Refused(code, "A commission cannot be more than the whole price.", "/fee")
    if fee.cap is not None and fee.cap < fee.floor:
        return Refused(code, "The cap is below the floor.", "/fee/cap")
    for other, bound in fee.bounds.items():
        where = f"/fee/bounds/{other}"
        if other == currency:
            detail = f"The floor and cap in {currency} are the fee's own."
            return Refused(code, detail, where)
        try:
            exponent(other)
        except ValueError as error:
            return Refused(code, f"{error}.", where)
        if bound.cap is not None and bound.cap < bound.floor:
            return Refused(code, "The cap is below the floor.", f"{where}/cap")
    return None


def rule_row(
    id_: int, one: SetFee, currency: str, at: datetime, *, base: bool = False
) -> dict[str, Any]:
    """The row of a rule set at a time."""
    row = {name: getattr(one, name) for name in SetFee.__struct_fields__ if name != "fee"}
    return {
        **row,
        **msgspec.structs.asdict(one.fee),
        "id": id_,
        "currency": currency,
        "valid_from": one.valid_from or at,
        "base": base,
    }


@command(FeeEnded)
async def end_fee(tx: Tx, batch: Batch[EndFee]) -> list[FeeEnded | Refused]:
    """End commission rules. EndFeeRefusal says why not."""
    ids = sorted({one.rule for one in batch})
    rules = {row["id"]: dict(row) for row in await tx.fetch(sql.lock_fee_rules, ids=ids)}
    outcomes: list[FeeEnded | Refused] = []
    ended: dict[int, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        until = one.until or at
        rule = rules.get(one.rule)
        if rule is None:
            detail = "There is no such commission rule."
            outcomes.append(Refused(EndFeeRefusal.UNKNOWN_RULE, detail, "/rule"))
        elif (refusal := _end_refusal(rule, until, at)) is not None:
            outcomes.append(refusal)
        else:
            rule["valid_until"] = max(until, rule["valid_from"])
            ended[one.rule] = {"id": one.rule, "valid_until": rule["valid_until"]}
            outcomes.append(FeeEnded(rule["valid_until"]))
    await tx.fetch(sql.end_fee_rules, ids=ids, rows=as_json(list(ended.values())))
    return outcomes


def _end_refusal(rule: dict[str, Any], until: datetime, at: datetime) -> Refused | None:
    if rule["base"]:
        detail = "A market always has its base rule; set another for all goods over it."
        return Refused(EndFeeRefusal.BASE_RULE, detail, "/rule")
    if rule["valid_until"] is not None and rule["valid_until"] <= at:
        detail = f"The rule ended at {rule['valid_until'].isoformat()}."
        return Refused(EndFeeRefusal.ALREADY_ENDED, detail, "/rule")
    if until < at:
        detail = "A rule cannot end in the past: what is sold keeps its commission."
        return Refused(EndFeeRefusal.BAD_PERIOD, detail, "/until")
    return None


@command(FeePolicySet)
async def set_fee_policy(tx: Tx, batch: Batch[SetFeePolicy]) -> list[FeePolicySet | Refused]:
    """Set what markets charge on commission from a time on. FeePolicyRefusal says why not.

    Of two from the same time the one set later counts. Sales before it keep their terms.
    """
    known = await markets(tx, [one.market for one in batch])
    outcomes: list[FeePolicySet | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        if one.market not in known:
            detail = "There is no such market."
            outcomes.append(Refused(FeePolicyRefusal.UNKNOWN_MARKET, detail, "/market"))
        elif one.policy.vat_numerator > one.policy.vat_denominator:
            detail = "VAT cannot be more than the whole commission."
            outcomes.append(Refused(FeePolicyRefusal.BAD_FEE, detail, "/policy/vat_numerator"))
        elif one.valid_from is not None and one.valid_from < at:
            detail = "A policy cannot begin in the past: sales keep their terms."
            outcomes.append(Refused(FeePolicyRefusal.BAD_PERIOD, detail, "/valid_from"))
        else:
            rows.append(policy_row(tx.mint(), one.market, one.policy, one.valid_from or at))
            outcomes.append(FeePolicySet(one.valid_from or at))
    await tx.fetch(sql.insert_fee_policies, rows=as_json(rows))
    return outcomes


def policy_row(id_: int, market: int, policy: FeePolicy, at: datetime) -> dict[str, Any]:
    """The row of a policy in force from a time on."""
    return {"id": id_, "market": market, "valid_from": at, **msgspec.structs.asdict(policy)}
