"""Fetching a provider's day, finding what is booked of it, and keeping what did not fit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fondaco import ledger
from fondaco.kernel import Database, Refused, Row, Sent, Tx, run
from fondaco.kernel.ids import BadId, bucket_of, parse, show
from fondaco.kernel.sql import Statement
from fondaco.payments.breaks import record_reconciliation
from fondaco.payments.matching import compare, movement_of
from fondaco.payments.providers.base import Ability, Provider, ReportLine, Unable
from fondaco.payments.queries import sql
from fondaco.payments.reconcile_model import (
    Booked,
    Movement,
    ReconciliationRecorded,
    RecordReconciliation,
)

_DAY: Final = timedelta(days=1)


async def reconcile(
    database: Database,
    provider: Provider,
    day: date,
    *,
    pays_out: bool,
    principal: str = "system",
    key: str = "",
) -> ReconciliationRecorded:
    """Compare a provider's report of a day in UTC with the journal, and keep the breaks.

    Doing it again brings the breaks up to date; what a person resolved stays. `pays_out`: payouts
    are sent by this provider. Raises Unable where it has no reports, NoAnswer where it is away,
    and ValueError for a day that has not begun.
    """
    if Ability.REPORT not in provider.abilities:
        raise Unable(f"{provider.name} has no reports")
    today = database.clock().astimezone(UTC).date()
    if day > today:
        raise ValueError(f"{day} has not begun")
    theirs = await provider.report(day)
    before = await provider.report(day - _DAY)
    after = await provider.report(day + _DAY) if day + _DAY < today else None
    lines = [*before, *theirs, *(after or ())]
    ours = await booked(database, provider.name, day, lines, pays_out)
    found = compare(day, theirs, ours, before, after)
    wish = RecordReconciliation(provider=provider.name, day=day, found=found)
    named = key or f"reconcile {provider.name} {day} {show('rec', database.mint())}"
    return await _keep(database, Sent(wish, principal, named))


async def _keep(database: Database, wish: Sent[RecordReconciliation]) -> ReconciliationRecorded:
    [answer] = await run(database, record_reconciliation, [wish])
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Refused):
        raise AssertionError(answer.detail)
    return answer


async def booked(
    database: Database, provider: str, day: date, lines: Sequence[ReportLine], pays_out: bool
) -> list[Booked]:
    """What the journal has of a provider around a day, and of all that the lines name."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    async with database.transaction(snapshot=True) as tx:
        rows = await ledger.posted_between(tx, start - _DAY, start + 2 * _DAY, _ACCOUNTS)
        seen = {row["debit_subject"] for row in rows} | {row["credit_subject"] for row in rows}
        refunds = await _by_id(tx, sql.refunds_named, _named(lines, Movement.REFUND, "ref"))
        wanted = _named(lines, Movement.CAPTURE, "pay") | _named(lines, Movement.DISPUTE, "pay")
        wanted |= {row["payment"] for row in refunds}
        strays = await _by_id(tx, sql.payments_named, wanted - seen)
        gone = await _by_id(tx, sql.payouts_named, _named(lines, Movement.PAYOUT, "out") - seen)
        roots = {row["purchase"] for row in strays} | {row["seller"] for row in gone}
        rows = [*rows, *await ledger.posted_for(tx, roots, _ACCOUNTS)]
        payments = {row["credit_subject"] for row in rows if row["credit"] == "psp_receivable"}
        payments |= {row["debit_subject"] for row in rows if row["debit"] == "psp_receivable"}
        of = {row["id"]: row["provider"] for row in await _by_id(tx, sql.payments_named, payments)}
        mine = {id_ for id_, name in of.items() if name == provider}
        paid_back = await _by_id(tx, sql.refunds_paid, mine)
    keys = {(row["payment"], row["cause"]): show("ref", row["id"]) for row in paid_back}
    return _folded(rows, mine, keys, pays_out)


_ACCOUNTS: Final = ("psp_receivable", "bank")


def _named(lines: Iterable[ReportLine], movement: Movement, prefix: str) -> set[int]:
    """The ids of ours that lines of a kind name."""
    found = set()
    for line in lines:
        if movement_of(line) is movement:
            try:
                found.add(parse(prefix, line.key))
            except BadId:
                continue
    return found


async def _by_id(tx: Tx, statement: Statement, ids: Iterable[int]) -> list[Row]:
    wanted = sorted(ids)
    buckets = sorted({bucket_of(one, tx.database.buckets) for one in wanted})
    return await tx.fetch(statement, ids=wanted, buckets=buckets)


def _folded(
    rows: Iterable[Row], mine: set[int], refunds: Mapping[tuple[int, int], str], pays_out: bool
) -> list[Booked]:
    """Movements out of postings: one for each cause, kind and subject."""
    sums: dict[tuple[int, Movement, int, str], list[int]] = {}
    times: dict[int, datetime] = {}
    for row in {(row["journal"], row["no"]): row for row in rows}.values():
        told = _told(row)
        if told is None:
            continue
        movement, subject, amount, fee = told
        if movement is not Movement.PAYOUT and subject not in mine:
            continue
        if movement is Movement.PAYOUT and not pays_out:
            continue
        both = sums.setdefault((row["cause"], movement, subject, row["currency"]), [0, 0])
        both[0] += amount
        both[1] += fee
        times[row["cause"]] = row["at"]
    return [
        Booked(movement, _key(movement, subject, cause, refunds), both[0], both[1], currency,
               times[cause])
        for (cause, movement, subject, currency), both in sums.items()
    ]  # fmt: skip


def _key(
    movement: Movement, subject: int, cause: int, refunds: Mapping[tuple[int, int], str]
) -> str:
    match movement:
        case Movement.REFUND:
            return refunds[subject, cause]
        case Movement.PAYOUT:
            return show("out", subject)
        case _:
            return show("pay", subject)


def _told(row: Row) -> tuple[Movement, int, int, int] | None:
    """What a posting says of our account with a provider: movement, subject, amount and fee."""
    amount: int = row["amount"]
    if row["kind"] == "break_resolved":
        return None
    if row["credit"] == "bank":
        if row["debit"] != "payout_in_flight":
            return None
        return Movement.PAYOUT, row["credit_subject"], -amount, 0
    if row["debit"] == "psp_receivable":
        won = row["credit"] == "dispute_receivable"
        movement = Movement.DISPUTE if won else Movement.CAPTURE
        return movement, row["debit_subject"], amount, 0
    if row["credit"] != "psp_receivable":
        return None
    match row["debit"]:
        case "psp_fee":
            return Movement.CAPTURE, row["credit_subject"], 0, amount
        case "refund_in_flight":
            return Movement.REFUND, row["credit_subject"], -amount, 0
        case "dispute_receivable":
            return Movement.DISPUTE, row["credit_subject"], -amount, 0
        case "dispute_fee":
            return Movement.DISPUTE, row["credit_subject"], 0, amount
        case other:
            raise AssertionError(f"nobody told what {other} has to do with a provider")
