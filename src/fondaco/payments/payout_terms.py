"""When sellers are paid: policies of currencies, sellers' own schedules, and holds."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from fondaco import parties
from fondaco.kernel import Batch, Refused, Row, Tx, as_json, command
from fondaco.kernel.money import in_use
from fondaco.payments.payout_model import (
    HoldChanged,
    HoldPayouts,
    LiftHold,
    PayoutEvery,
    PayoutPolicyRefusal,
    PayoutPolicySet,
    PayoutScheduleSet,
    PayoutTermsRefusal,
    SetPayoutPolicy,
    SetPayoutSchedule,
)
from fondaco.payments.queries import sql


class PayoutTerms:
    """Policies of currencies, and why sellers are on hold."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.policies = {row["currency"]: row for row in rows if row["seller"] is None}
        self.holds: dict[int, str] = {r["seller"]: r["reason"] for r in rows if r["seller"]}

    def every(self, own: str | None, currency: str) -> str:
        """How often: as the seller's own schedule says, else the policy, else by request."""
        policy = self.policies.get(currency)
        return own or (policy["every"] if policy else PayoutEvery.REQUEST)

    def minimum(self, currency: str) -> int:
        """The least that the policy pays out."""
        policy = self.policies.get(currency)
        return policy["minimum"] if policy else 0

    def needs_approval(self, currency: str, amount: int) -> bool:
        """Whether a second person must approve so much."""
        policy = self.policies.get(currency)
        limit = policy["approval_above"] if policy else None
        return limit is not None and amount > limit


async def read_payout_terms(
    tx: Tx, currencies: Collection[str], sellers: Collection[int]
) -> PayoutTerms:
    """Policies of these currencies, and holds of these sellers of the bucket."""
    return PayoutTerms(
        await tx.fetch(
            sql.payout_terms, bucket=tx.bucket, currencies=sorted(set(currencies)),
            sellers=sorted(set(sellers)),
        )
    )  # fmt: skip


def next_turn(every: str, at: datetime) -> datetime | None:
    """The midnight UTC at which the day, week (from Monday) or month after begins."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match every:
        case PayoutEvery.DAY:
            return midnight + timedelta(days=1)
        case PayoutEvery.WEEK:
            return midnight + timedelta(days=7 - midnight.weekday())
        case PayoutEvery.MONTH:
            return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return None


@command(PayoutPolicySet)
async def set_payout_policy(
    tx: Tx, batch: Batch[SetPayoutPolicy]
) -> list[PayoutPolicySet | Refused]:
    """Say how payouts of currencies go. The same currency twice: the later one stands."""
    outcomes: list[PayoutPolicySet | Refused] = []
    rows: dict[str, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        if not in_use(one.currency):
            detail = f"{one.currency} is not a currency in use."
            outcomes.append(Refused(PayoutPolicyRefusal.UNKNOWN_CURRENCY, detail, "/currency"))
            continue
        names = ("currency", "every", "minimum", "approval_above")
        rows[one.currency] = {name: getattr(one, name) for name in names} | {"set_at": at}
        outcomes.append(PayoutPolicySet(one.currency))
    await tx.fetch(sql.upsert_payout_policies, rows=as_json(list(rows.values())))
    return outcomes


@command(PayoutScheduleSet)
async def set_payout_schedule(
    tx: Tx, batch: Batch[SetPayoutSchedule]
) -> list[PayoutScheduleSet | Refused]:
    """Say when sellers are paid. PayoutTermsRefusal says why not. Of two the later stands."""
    sellers = await parties.known_organisations(tx, [one.seller for one in batch])
    terms = await read_payout_terms(tx, {one.currency for one in batch}, ())
    outcomes: list[PayoutScheduleSet | Refused] = []
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        if not in_use(one.currency):
            detail = f"{one.currency} is not a currency in use."
            outcomes.append(Refused(PayoutTermsRefusal.UNKNOWN_CURRENCY, detail, "/currency"))
        elif one.seller not in sellers:
            outcomes.append(_unknown())
        else:
            turn = next_turn(terms.every(one.every, one.currency), at)
            names = ("seller", "currency", "every", "minimum")
            row = {name: getattr(one, name) for name in names} | {"next_at": turn}
            rows[one.seller, one.currency] = row
            outcomes.append(PayoutScheduleSet(turn))
    await tx.fetch(sql.upsert_payout_turns, bucket=tx.bucket, rows=as_json(list(rows.values())))
    return outcomes


@command(HoldChanged)
async def hold_payouts(tx: Tx, batch: Batch[HoldPayouts]) -> list[HoldChanged | Refused]:
    """Pay sellers nothing for now. PayoutTermsRefusal says why not."""
    sellers = await parties.known_organisations(tx, [one.seller for one in batch])
    first: dict[int, int] = {}
    for number, one in enumerate(batch):
        if one.seller in sellers:
            first.setdefault(one.seller, number)
    rows = [
        {"seller": id_, "reason": batch[n].reason, "held_by": batch[n].by, "held_at": batch.at[n]}
        for id_, n in first.items()
    ]
    held = await tx.fetch(sql.insert_payout_holds, bucket=tx.bucket, rows=as_json(rows))
    fresh = {row["seller"] for row in held}
    detail = "The seller's payouts are on hold already."
    twice = Refused(PayoutTermsRefusal.ALREADY_ON_HOLD, detail)
    return [
        _unknown() if one.seller not in sellers
        else HoldChanged(True) if one.seller in fresh and first[one.seller] == number
        else twice
        for number, one in enumerate(batch)
    ]  # fmt: skip


@command(HoldChanged)
async def lift_hold(tx: Tx, batch: Batch[LiftHold]) -> list[HoldChanged | Refused]:
    """Pay sellers again. PayoutTermsRefusal says why not."""
    sellers = sorted({one.seller for one in batch})
    known = await parties.known_organisations(tx, sellers)
    found = await tx.fetch(sql.delete_payout_holds, bucket=tx.bucket, sellers=sellers)
    held = {row["seller"] for row in found}
    outcomes: list[HoldChanged | Refused] = []
    for one in batch:
        if one.seller not in known:
            outcomes.append(_unknown())
        elif one.seller not in held:
            detail = "The seller's payouts are not on hold."
            outcomes.append(Refused(PayoutTermsRefusal.NOT_ON_HOLD, detail))
        else:
            held.discard(one.seller)
            outcomes.append(HoldChanged(False))
    return outcomes


def _unknown() -> Refused:
    return Refused(PayoutTermsRefusal.UNKNOWN_SELLER, "There is no such seller.")
