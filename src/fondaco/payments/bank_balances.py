"""A bank's balances: each statement goes on where the last one ended, and fits the journal."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from fondaco.kernel import Batch, Command, Database, Refused, Row, Sent, Tx, as_json, command, run
from fondaco.kernel.ids import show as show_id
from fondaco.kernel.money import show
from fondaco.payments.breaks import record_reconciliation
from fondaco.payments.providers.bank import BadBankFile, BankStatement
from fondaco.payments.queries import sql
from fondaco.payments.reconcile_model import (
    Break,
    BreakKind,
    Compared,
    Movement,
    RecordReconciliation,
)

_KEY: Final = "opening balance"


class KeepStatement(Command, frozen=True, kw_only=True, tag="keep_statement"):
    """Keep the balances of a bank's statement."""

    account: str
    currency: str
    statement: str
    day: date
    no: int
    opening: int
    closing: int


class StatementKept(msgspec.Struct, frozen=True, tag="statement_kept"):
    """The statement is among those that were taken."""

    statement: str


@command(StatementKept)
async def keep_statement(tx: Tx, batch: Batch[KeepStatement]) -> list[StatementKept | Refused]:
    """Keep statements; one that was kept before stays as it is."""
    rows = [
        {
            "id": tx.mint(), "account": one.account, "currency": one.currency,
            "statement": one.statement, "day": one.day, "no": one.no, "opening": one.opening,
            "closing": one.closing, "taken_at": at,
        }
        for one, at in zip(batch, batch.at, strict=True)
    ]  # fmt: skip
    await tx.fetch(sql.insert_bank_statements, rows=as_json(rows))
    return [StatementKept(one.statement) for one in batch]


async def taken_before(database: Database, statements: Sequence[BankStatement]) -> set[str]:
    """The ids of those that were taken. Raises BadBankFile where one had other balances then."""
    known = set()
    for one in statements:
        rows = await database.fetch(
            sql.bank_statement_named, account=one.account, currency=one.currency,
            name=one.id, day=date.fromisoformat(one.day),
        )  # fmt: skip
        for row in rows:
            if (row["opening"], row["closing"]) != (one.opening, one.closing):
                why = (
                    f"the statement {one.id} of {one.day} was taken before, from"
                    f" {show(row['opening'], one.currency)} to"
                    f" {show(row['closing'], one.currency)}; this one has other balances"
                )
                raise BadBankFile(one.line, why)
            known.add(one.id)
    return known


async def continue_statements(database: Database, statement: BankStatement) -> str:
    """Keep a statement's balances; why it does not go on where the one before ended, if so.

    That is a break of `bank balance` and the statement's id. The statement after it is compared
    anew, so that taking one that was forgotten clears the break.
    """
    day = date.fromisoformat(statement.day)
    account, currency = statement.account, statement.currency
    wish = KeepStatement(
        account=account, currency=currency, statement=statement.id, day=day, no=statement.no,
        opening=statement.opening, closing=statement.closing,
    )  # fmt: skip
    key = f"{account} {currency} {statement.id} {day}"
    [answer] = await run(database, keep_statement, [Sent(wish, "bank", key)])
    if isinstance(answer, Exception):
        raise answer
    [own] = await database.fetch(
        sql.bank_statement_named, account=account, currency=currency, name=statement.id,
        day=day,
    )  # fmt: skip
    rows = await database.fetch(
        sql.bank_statements_beside, account=account, currency=currency, day=day, no=own["no"],
        id=own["id"],
    )  # fmt: skip
    chain = sorted(rows, key=lambda row: (row["day"], row["no"], row["id"]))
    said = ""
    for before, row in zip([None, *chain], chain, strict=False):
        found = None if before is None else _apart(before, row, currency)
        if before is None and row["id"] != own["id"]:
            continue  # it is there to be compared with
        await _keep(database, row, found)
        if row["id"] == own["id"] and found is not None:
            said = found.reason
    return said


def _apart(before: Row, row: Row, currency: str) -> Break | None:
    """A gap between two statements, or an overlap."""
    if row["opening"] == before["closing"]:
        return None
    last = f"the statement before, {before['statement']} of {before['day']},"
    if row["opening"] == before["opening"]:
        why = f"where {last} began, too: it shows the same days again, or another statement twice"
    else:
        why = (
            f"but {last} closed with {show(before['closing'], currency)}: what moved between them"
            " is in a statement that was not taken"
        )
    return Break(
        kind=BreakKind.AMOUNT_DIFFERS, movement=Movement.OTHER, key=_KEY, no=1,
        reference=row["statement"], currency=currency, ours=before["closing"],
        theirs=row["opening"],
        reason=f"It opens with {show(row['opening'], currency)}, {why}.",
    )  # fmt: skip


async def _keep(database: Database, row: Row, found: Break | None) -> None:
    compared = Compared(1, int(found is None), () if found is None else (found,))
    provider = f"bank balance {row['statement']}"
    wish = RecordReconciliation(provider=provider, day=row["day"], found=compared)
    key = f"{provider} {show_id('rec', database.mint())}"
    [answer] = await run(database, record_reconciliation, [Sent(wish, "system", key)])
    if isinstance(answer, Exception):
        raise answer


class BankPosition(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank says is in an account, what the books say, and what lies between. Minor units.

    `closing` = `booked` + `before` + `transfers` - `elsewhere` + `unmatched` + `gaps` + `rest`.
    `before` was there before the first statement; `transfers` of buyers, less refunds by transfer,
    are booked as a provider's; `elsewhere` moved through other providers; `unmatched` are entries
    kept as breaks; `gaps` moved between statements that do not continue each other. `rest` nobody
    explains: booked without an entry of a statement, or in one that is still to be taken.
    `on_its_way` is in payment files and in neither of the two.
    """

    account: str
    currency: str
    statement: str
    day: date
    closing: int
    booked: int
    before: int
    transfers: int
    elsewhere: int
    unmatched: int
    gaps: int
    on_its_way: int

    @property
    def rest(self) -> int:
        """How much more the bank has than all of these explain."""
        explained = self.before + self.transfers - self.elsewhere + self.unmatched + self.gaps
        return self.closing - self.booked - explained


async def bank_positions(database: Database) -> list[BankPosition]:
    """Each account's last closing balance against the journal, as of one instant."""
    async with database.transaction(snapshot=True) as tx:
        ends = await tx.fetch(sql.bank_positions)
        unfit = {row["currency"]: row for row in await tx.fetch(sql.bank_unfit)}
        moved = {row["currency"]: row for row in await tx.fetch(sql.bank_moved)}
        going = {row["currency"]: row["amount"] for row in await tx.fetch(sql.bank_on_its_way)}
    return [
        BankPosition(
            account=row["account"], currency=(of := row["currency"]), statement=row["statement"],
            day=row["day"], closing=row["closing"], before=row["opening"],
            booked=_of(moved, of, "booked"), transfers=_of(moved, of, "transfers"),
            elsewhere=_of(moved, of, "elsewhere"), unmatched=_of(unfit, of, "unmatched"),
            gaps=_of(unfit, of, "gaps"), on_its_way=going.get(of, 0),
        )
        for row in ends
    ]  # fmt: skip


async def bank_statements(database: Database, before: int, limit: int) -> list[Row]:
    """Statements, last taken first: account, currency, balances, and how many breaks are open."""
    return await database.fetch(sql.bank_statements, before=before, limit=limit)


def _of(rows: dict[str, Row], currency: str, name: str) -> int:
    return int(rows[currency][name]) if currency in rows else 0
