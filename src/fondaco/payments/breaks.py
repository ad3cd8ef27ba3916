"""Keeping breaks between a provider's reports and the journal, and resolving them."""

from datetime import date
from typing import Any

from fondaco import ledger
from fondaco.kernel import Batch, Database, Refused, Row, Tx, as_json, command
from fondaco.kernel.money import show
from fondaco.payments.model import PAYMENT_DIFFERENCE, PSP_FEE, PSP_RECEIVABLE, ROUNDING
from fondaco.payments.queries import sql
from fondaco.payments.reconcile_model import (
    BookTo,
    Break,
    BreakKind,
    BreakRefusal,
    BreakResolved,
    ReconciliationRecorded,
    RecordReconciliation,
    ResolveBreak,
)

_BOOKS = {
    BookTo.FEE: PSP_FEE,
    BookTo.ROUNDING: ROUNDING,
    BookTo.PAYMENT_DIFFERENCE: PAYMENT_DIFFERENCE,
}


@command(ReconciliationRecorded)
async def record_reconciliation(
    tx: Tx, batch: Batch[RecordReconciliation]
) -> list[ReconciliationRecorded | Refused]:
    """Keep what came of comparisons. Of two of the same day the later stands."""
    last = {(one.provider, one.day): n for n, one in enumerate(batch)}
    days, rows = [], []
    for (provider, day), n in sorted(last.items()):
        found, at = batch[n].found, batch.at[n]
        days.append(
            {"provider": provider, "day": day, "ran_at": at, "lines": found.lines,
             "matched": found.matched}
        )  # fmt: skip
        rows += [
            _row(one, tx.mint()) | {"provider": provider, "day": day, "at": at}
            for one in found.breaks
        ]
    await tx.fetch(sql.upsert_reconciliations, rows=as_json(days))
    await tx.fetch(sql.upsert_breaks, bucket=tx.bucket, rows=as_json(rows))
    await tx.fetch(
        sql.clear_breaks, providers=sorted({one["provider"] for one in days}),
        days=as_json(days), rows=as_json(rows),
    )  # fmt: skip
    return [
        ReconciliationRecorded(one.found.lines, one.found.matched, len(one.found.breaks))
        for one in batch
    ]


def _row(one: Break, id_: int) -> dict[str, Any]:
    names = ("kind", "movement", "key", "no", "reference", "currency", "ours", "theirs", "reason")
    return {name: getattr(one, name) for name in names} | {
        "id": id_, "difference": one.difference,
    }  # fmt: skip


@command(BreakResolved)
async def resolve_break(tx: Tx, batch: Batch[ResolveBreak]) -> list[BreakResolved | Refused]:
    """Close breaks with a note, and book what differs. BreakRefusal says why not."""
    ids = sorted({one.id for one in batch})
    rows = await tx.fetch(sql.lock_breaks, bucket=tx.bucket, ids=ids)
    known = {row["id"]: dict(row) for row in rows}
    outcomes: list[BreakResolved | Refused] = []
    changed, journals = [], []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        found = known.get(one.id)
        if (refusal := _refusal(one, found)) is not None or found is None:
            outcomes.append(refusal or _unknown())
            continue
        found["state"] = "resolved"
        account = "" if one.book is None else str(one.book)
        changed.append({"id": one.id, "account": account, "note": one.note, "by": one.by, "at": at})
        if one.book is not None:
            move = _move(one.id, one.book, found["currency"], found["difference"])
            journals.append(ledger.Journal(one.id, cause, "break_resolved", at, [move]))
        outcomes.append(BreakResolved(0 if one.book is None else found["difference"]))
    await tx.fetch(
        sql.write_resolved, bucket=tx.bucket, ids=[row["id"] for row in changed],
        rows=as_json(changed),
    )  # fmt: skip
    await ledger.post(tx, journals)
    return outcomes


def _move(id_: int, book: BookTo, currency: str, difference: int) -> ledger.Posting:
    """What the provider owes us more or less than the books said, against its reason."""
    owed, reason = PSP_RECEIVABLE(id_), _BOOKS[book](id_)
    if difference > 0:
        return ledger.Posting(owed, reason, currency, difference)
    return ledger.Posting(reason, owed, currency, -difference)


def _refusal(one: ResolveBreak, found: dict[str, Any] | None) -> Refused | None:
    if found is None:
        return _unknown()
    if found["state"] != "open":
        return Refused(BreakRefusal.NOT_OPEN, f"The break is {found['state']}.")
    if one.book is not None and found["kind"] == BreakKind.IN_FLIGHT:
        detail = "The provider may still tell of it: compare the day again when the next is over."
        return Refused(BreakRefusal.STILL_IN_FLIGHT, detail, "/book")
    if one.book is not None and found["difference"] == 0:
        detail = f"The difference is {show(0, found['currency'])}; close it without booking."
        return Refused(BreakRefusal.NOTHING_TO_BOOK, detail, "/book")
    return None


def _unknown() -> Refused:
    return Refused(BreakRefusal.UNKNOWN_BREAK, "There is no such break.")


async def open_breaks(database: Database, after: int, limit: int) -> list[Row]:
    """Breaks that nobody has resolved, in order, beginning after an id."""
    return await database.fetch(sql.open_breaks, after=after, limit=limit)


async def breaks_of(database: Database, provider: str, day: date) -> list[Row]:
    """All breaks of a provider's day, also those that cleared or were resolved."""
    return await database.fetch(sql.breaks_of, provider=provider, day=day)
