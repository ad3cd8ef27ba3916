"""Taking what a bank's files say: statements (camt.053) and status reports (pain.002)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
from stdnum import iban as ibans

from fondaco import payments
from fondaco.kernel import Batch, Command, Database, KeyReused, Refused, Row, Sent, Tx, command, run
from fondaco.kernel.ids import BadId, show
from fondaco.orders.transfers import named, take_entries
from fondaco.payments.providers import (
    BadBankFile,
    BankEntry,
    BankStatement,
    TransferStatus,
    held_to_schema,
    kind_of,
    read_statements,
    read_statuses,
)

_DUPLICATE: Final = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})
"""ISO 20022 reasons of a bank that was sent the same twice: the first stands."""

_EARLY: Final = (
    "it brings back a payout that has not left by any statement taken so far: take that one, then"
    " this again"
)


class Unexplained(msgspec.Struct, frozen=True):
    """An entry or status that nothing of ours fits, and why; minor units, debits below zero."""

    reference: str
    amount: int
    currency: str
    why: str


class BankImport(msgspec.Struct, frozen=True):
    """What came of a file: how many entries or statuses it has, and those not taken.

    `apart` says why a statement does not go on where the one before it ended; empty where it does.
    `again`: the statement was taken before, and what it shows counted then.
    """

    kind: str
    name: str
    read: int
    unexplained: list[Unexplained]
    apart: str = ""
    again: bool = False


class SendBankFile(Command, frozen=True, kw_only=True, tag="send_bank_file"):
    """A file of the bank is sent in by somebody; `digest` is its SHA-256."""

    digest: str
    by: str


class BankFileSent(msgspec.Struct, frozen=True, tag="bank_file_sent"):
    """Who sent it is on record."""

    digest: str


@command(BankFileSent)
async def send_bank_file(tx: Tx, batch: Batch[SendBankFile]) -> list[BankFileSent | Refused]:
    """Put on record who sends a file; what it shows is taken entry by entry, once each."""
    return [BankFileSent(one.digest) for one in batch]


async def take_bank_file(
    database: Database, body: bytes, iban: str, schemas: str = ""
) -> list[BankImport]:
    """Take a file of the bank; each of its statements, or the one status report.

    A file taken again changes nothing. What fits nothing of ours is kept as breaks of the
    statement. `schemas` is a folder of XML schemas, one of which it must fit; none: as it is read.
    Raises BadBankFile, and then nothing was taken.
    """
    kind = kind_of(body)
    if kind and schemas:
        held_to_schema(body, kind, Path(schemas))
    match kind:
        case "camt.053":
            statements = read_statements(body)
            for one in statements:
                if iban and one.account != ibans.compact(iban):
                    raise BadBankFile(one.line, f"the statement is of {one.account}, not of {iban}")
            before = await payments.taken_before(database, statements)
            return [await _take_statement(database, one, one.id in before) for one in statements]
        case "pain.002":
            return [await _take_statuses(database, read_statuses(body))]
    raise BadBankFile(1, "this is neither a statement (camt.053) nor a status report (pain.002)")


async def _take_statement(database: Database, statement: BankStatement, again: bool) -> BankImport:
    entries = await _spread(database, statement.entries)

    async def submit(handler: Any, wishes: Sequence[Sent[Any]]) -> Sequence[Any]:
        return await run(database, handler, wishes)

    by_hand = await _booked_by_hand(database, statement)
    early = await _early(database, entries)
    taken = [one for one in entries if one.id not in early | by_hand]
    said = await take_entries(submit, taken)
    missed = [(one, why) for one, why in zip(taken, said, strict=True) if why]
    missed += [(one, _EARLY) for one in entries if one.id in early - by_hand]
    await payments.record_statement(
        database, statement.id, date.fromisoformat(statement.day),
        len(entries), [payments.unmatched(one, why) for one, why in missed],
    )  # fmt: skip
    unexplained = [
        Unexplained(one.id, one.amount if one.credit else -one.amount, one.currency, why)
        for one, why in missed
    ]
    apart = await payments.continue_statements(database, statement)
    return BankImport("camt.053", statement.id, len(entries), unexplained, apart, again)


async def _booked_by_hand(database: Database, statement: BankStatement) -> set[str]:
    """Entries that a person booked when nothing fitted them: booking them again counts twice."""
    provider, day = payments.provider_of(statement.id), date.fromisoformat(statement.day)
    rows = await payments.breaks_of(database, provider, day)
    return {row["reference"] for row in rows if row["account"]}


async def _early(database: Database, entries: Sequence[BankEntry]) -> set[str]:
    """Entries that bring back payouts of which no statement has shown yet that they left.

    They are not even tried: a refusal would stand for ever under the entry's id.
    """
    back = {
        one.id: payout
        for one in entries
        if one.credit and (payout := _payout_named(one.end_to_end))
    }
    left = {
        (_payout_named(one.end_to_end), one.amount, one.currency)
        for one in entries
        if not one.credit
    }
    rows = await payments.payouts(database, sorted(set(back.values())))
    waiting = {
        row["id"]
        for row in rows
        if row["state"] in payments.SENDABLE
        and (row["id"], row["amount"], row["currency"]) not in left
    }
    return {id_ for id_, payout in back.items() if payout in waiting}


def _payout_named(end_to_end: str) -> int:
    try:
        return named("out", end_to_end)
    except BadId:
        return 0


async def _spread(database: Database, entries: Sequence[BankEntry]) -> list[BankEntry]:
    """One entry for each payout where the bank booked a whole payment file as one."""
    named = [one.end_to_end for one in entries if not one.credit and one.end_to_end]
    files: dict[str, list[Any]] = {}
    for row in await payments.payouts_of_files(database, named):
        files.setdefault(row["message"], []).append(row)
    spread = []
    for one in entries:
        rows = [row for row in files.get(one.end_to_end, ()) if row["state"] != "failed"]
        if not rows or sum(row["amount"] for row in rows) != one.amount:
            spread.append(one)
            continue
        spread += [
            msgspec.structs.replace(
                one, id=f"{one.id}/{show('out', row['id'])}"[:150], amount=row["amount"],
                end_to_end=show("out", row["id"]),
            )
            for row in rows
        ]  # fmt: skip
    return spread


async def _take_statuses(database: Database, statuses: Sequence[TransferStatus]) -> BankImport:
    message = statuses[0].message if statuses else ""
    rows = {row["id"]: row for row in await payments.payouts_of_files(database, [message])}
    if statuses and not rows:
        unknown = Unexplained(message, 0, "EUR", "we made no such file")
        return BankImport("pain.002", message, len(statuses), [unknown])
    rejected: dict[int, str] = {}
    unexplained = []
    for one in statuses:
        if not one.rejected:
            continue
        if one.reason.partition(" ")[0] in _DUPLICATE:
            why = f"the bank had it twice ({one.reason}): the first may be paid, see its statement"
            unexplained.append(Unexplained(one.end_to_end or message, 0, "EUR", why))
            continue
        if not one.end_to_end:
            rejected |= dict.fromkeys(rows, one.reason)
        elif (payout := _payout_named(one.end_to_end)) in rows:
            rejected[payout] = one.reason
        else:
            why = f"it is no payout of the file {message}"
            unexplained.append(Unexplained(one.end_to_end, 0, "EUR", why))
    unexplained += await _reject(database, message, rows, rejected)
    return BankImport("pain.002", message, len(statuses), unexplained)


async def _reject(
    database: Database, message: str, rows: dict[int, Row], rejected: dict[int, str]
) -> list[Unexplained]:
    """Owe sellers again what the bank will not send; what of it was not to be, and why."""
    facts = [
        Sent(
            payments.PayoutFact(
                payout=payout, paid=False, amount=rows[payout]["amount"],
                currency=rows[payout]["currency"], reason=reason or "rejected by the bank",
            ),
            "bank", f"{message} {show('out', payout)} rejected",
        )
        for payout, reason in sorted(rejected.items())
    ]  # fmt: skip
    unexplained = []
    answers = await run(database, payments.record_payout, facts)
    for fact, answer in zip(facts, answers, strict=True):
        if isinstance(answer, KeyReused):
            continue  # an earlier report rejected it already, in other words
        if isinstance(answer, Exception):
            raise answer
        payout = fact.command.payout
        if isinstance(answer, Refused) and rows[payout]["state"] != "failed":
            unexplained.append(Unexplained(show("out", payout), 0, "EUR", answer.detail))
    return unexplained
