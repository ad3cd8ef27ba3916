"""Charging sellers: once, as a penalty, or again and again by subscription."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from fondaco import ledger, markets, parties
from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import half_up
from fondaco.payments.account_model import (
    Charged,
    ChargeKind,
    ChargePeriod,
    ChargeRefusal,
    ChargeSeller,
    EndSubscription,
    Every,
    SetSubscription,
    SubscriptionEnded,
    SubscriptionRefusal,
    SubscriptionSet,
)
from fondaco.payments.model import RECEIVABLE, SELLER_CHARGE, VAT_PAYABLE
from fondaco.payments.queries import sql
from fondaco.payments.sellers import Sellers, Whose, lock_sellers, read_terms


class _Charges:
    """Charges of a batch: their rows, and the journals that take them off sellers' balances."""

    def __init__(self, tx: Tx, book: markets.Fees, sellers: Sellers) -> None:
        self._tx, self._book, self._sellers = tx, book, sellers
        self._rows: list[dict[str, Any]] = []
        self._journals: list[ledger.Journal] = []

    def charge(
        self, whose: Whose, market: int, kind: ChargeKind, amount: int, reason: str,
        cause: int, at: datetime, *, taxed: bool, of: tuple[int | None, int | None] = (None, None),
    ) -> Charged:  # fmt: skip
        policy = self._book.policy(market, at)
        vat = half_up(amount * policy.vat_numerator, policy.vat_denominator) if taxed else 0
        before = self._sellers.balance(RECEIVABLE, whose)
        moves = self._sellers.give(whose, SELLER_CHARGE(whose[0]), amount)
        if vat:
            moves += self._sellers.give(whose, VAT_PAYABLE(whose[0]), vat)
        moves += self._sellers.draw(whose, kind, reason, at)
        self._journals.append(ledger.Journal(whose[0], cause, "charge", at, moves))
        id_ = self._tx.mint()
        self._rows.append(
            {
                "id": id_, "seller": whose[0], "market": market, "kind": kind,
                "currency": whose[1], "amount": amount, "vat": vat, "reason": reason,
                "subscription": of[0], "period": of[1], "created_at": at,
            }
        )  # fmt: skip
        debt = self._sellers.balance(RECEIVABLE, whose) - before
        return Charged(id_, amount, vat, max(debt, 0), whose[1])

    async def write(self) -> None:
        await self._tx.fetch(sql.insert_charges, bucket=self._tx.bucket, rows=as_json(self._rows))
        await ledger.post(self._tx, self._journals)
        await self._sellers.write(self._tx)


async def _open(tx: Tx, whose: set[Whose]) -> _Charges:
    terms = await read_terms(tx, {seller for seller, _ in whose}, ())
    return _Charges(tx, await markets.fees(tx), await lock_sellers(tx, whose, terms))


@command(Charged)
async def charge_seller(tx: Tx, batch: Batch[ChargeSeller]) -> list[Charged | Refused]:
    """Charge sellers once, out of what is owed to them; the rest is debt. ChargeRefusal says
    why not.
    """
    known = await markets.markets(tx, [one.market for one in batch])
    sellers = await parties.organisations(tx, [one.seller for one in batch])
    charges = await _open(
        tx, {(one.seller, known[one.market].currency) for one in batch if one.market in known}
    )
    outcomes: list[Charged | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        if (refusal := _refusal(one, sellers, known)) is not None:
            outcomes.append(refusal)
            continue
        kind = ChargeKind.PENALTY if one.penalty else ChargeKind.ONE_OFF
        taxed = not one.penalty if one.taxed is None else one.taxed
        whose = (one.seller, known[one.market].currency)
        outcomes.append(
            charges.charge(whose, one.market, kind, one.amount, one.reason, cause, at, taxed=taxed)
        )
    await charges.write()
    return outcomes


def _refusal(
    one: ChargeSeller | SetSubscription, sellers: dict[int, Any],
    known: dict[int, markets.Market],
) -> Refused | None:  # fmt: skip
    if one.seller not in sellers or sellers[one.seller]["kind"] != parties.Kind.SELLER:
        return Refused(ChargeRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if one.market not in known:
        return Refused(ChargeRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
    return None


@command(SubscriptionSet)
async def set_subscription(
    tx: Tx, batch: Batch[SetSubscription]
) -> list[SubscriptionSet | Refused]:
    """Charge sellers each week or month from a time on. ChargeRefusal says why not.

    What has begun before now is charged for each of its periods.
    """
    known = await markets.markets(tx, [one.market for one in batch])
    sellers = await parties.organisations(tx, [one.seller for one in batch])
    outcomes: list[SubscriptionSet | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        starts = one.starts_at or at
        refusal = _refusal(one, sellers, known)
        if refusal is None and one.ends_at is not None and one.ends_at <= starts:
            detail = "The subscription ends before it begins."
            refusal = Refused(ChargeRefusal.BAD_PERIOD, detail, "/ends_at")
        if refusal is not None:
            outcomes.append(refusal)
            continue
        rows.append(
            {
                "id": tx.mint(), "seller": one.seller, "market": one.market, "name": one.name,
                "every": one.every, "currency": known[one.market].currency, "amount": one.amount,
                "starts_at": starts, "ends_at": one.ends_at, "created_at": at,
            }
        )  # fmt: skip
        outcomes.append(SubscriptionSet(rows[-1]["id"]))  # type: ignore[arg-type]
    await tx.fetch(sql.insert_subscriptions, bucket=tx.bucket, rows=as_json(rows))
    return outcomes


@command(SubscriptionEnded)
async def end_subscription(
    tx: Tx, batch: Batch[EndSubscription]
) -> list[SubscriptionEnded | Refused]:
    """Charge no period from a time on. SubscriptionRefusal says why not. What was charged stays."""
    found = await _lock(tx, batch)
    outcomes: list[SubscriptionEnded | Refused] = []
    changed = {}
    for one, at in zip(batch, batch.at, strict=True):
        row, ends = found.get(one.subscription), one.ends_at or at
        if row is None:
            outcomes.append(_unknown())
        elif row["ends_at"] is not None and row["ends_at"] <= at:
            detail = f"The subscription ended at {row['ends_at'].isoformat()}."
            outcomes.append(Refused(SubscriptionRefusal.ALREADY_ENDED, detail))
        elif ends < at:
            detail = "A subscription cannot end in the past."
            outcomes.append(Refused(SubscriptionRefusal.BAD_PERIOD, detail, "/ends_at"))
        else:
            row["ends_at"] = max(ends, row["starts_at"])
            row["next_at"] = _next(row)
            changed[row["id"]] = row
            outcomes.append(SubscriptionEnded(row["ends_at"]))
    await _change(tx, list(changed.values()))
    return outcomes


@command(Charged)
async def charge_period(tx: Tx, batch: Batch[ChargePeriod]) -> list[Charged | Refused]:
    """Charge periods of subscriptions that have begun, each once. SubscriptionRefusal says
    why not.
    """
    found = await _lock(tx, batch)
    charges = await _open(tx, {(row["seller"], row["currency"]) for row in found.values()})
    outcomes: list[Charged | Refused] = []
    changed = {}
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        row = found.get(one.subscription)
        if row is None:
            outcomes.append(_unknown())
            continue
        due = row["next_at"] is not None and row["next_at"] <= at
        if not due or row["charged"] != one.period:
            detail = f"Period {one.period} is not due."
            outcomes.append(Refused(SubscriptionRefusal.NOT_DUE, detail, "/period"))
            continue
        outcomes.append(
            charges.charge(
                (row["seller"], row["currency"]), row["market"], ChargeKind.SUBSCRIPTION,
                row["amount"], row["name"], cause, at, taxed=True, of=(row["id"], one.period),
            )
        )  # fmt: skip
        row["charged"] += 1
        row["next_at"] = _next(row)
        changed[row["id"]] = row
    await charges.write()
    await _change(tx, list(changed.values()))
    return outcomes


async def _lock(
    tx: Tx, batch: Sequence[EndSubscription | ChargePeriod]
) -> dict[int, dict[str, Any]]:
    ids = sorted({one.subscription for one in batch})
    rows = await tx.fetch(sql.lock_subscriptions, bucket=tx.bucket, ids=ids)
    return {row["id"]: dict(row) for row in rows}


async def _change(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    names = ("id", "charged", "next_at", "ends_at")
    await tx.fetch(
        sql.change_subscriptions, bucket=tx.bucket, ids=[row["id"] for row in rows],
        rows=as_json([{name: row[name] for name in names} for row in rows]),
    )  # fmt: skip


def _unknown() -> Refused:
    return Refused(SubscriptionRefusal.UNKNOWN_SUBSCRIPTION, "There is no such subscription.")


def _next(row: dict[str, Any]) -> datetime | None:
    """When the next period begins; None when the subscription has ended by then."""
    begins = period_start(row["starts_at"], row["every"], row["charged"])
    return None if row["ends_at"] is not None and begins >= row["ends_at"] else begins


def period_start(first: datetime, every: str, number: int) -> datetime:
    """When a period begins: so many weeks or months after the first one did.

    In a month that is too short it begins on the last day, and the one after on its own day again.
    """
    if every == Every.WEEK:
        return first + timedelta(weeks=number)
    months = first.month - 1 + number
    year, month = first.year + months // 12, months % 12 + 1
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=first.tzinfo)
    last = (after - timedelta(days=1)).day
    return first.replace(year=year, month=month, day=min(first.day, last))
