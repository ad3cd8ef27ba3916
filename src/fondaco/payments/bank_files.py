"""Payment files: payouts that the operator's bank sends, as SEPA transfers (pain.001.001.09)."""

import base64
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from stdnum import bic as bics
from stdnum import iban as ibans

from fondaco import parties, risk
from fondaco.kernel import (
    Batch,
    Command,
    Database,
    Refused,
    Row,
    Sent,
    Tx,
    as_json,
    command,
    run,
)
from fondaco.kernel.ids import bucket_of, show
from fondaco.payments.account_model import Reason
from fondaco.payments.model import PayoutFact
from fondaco.payments.payout_terms import read_payout_terms
from fondaco.payments.payouts import record_payout
from fondaco.payments.queries import sql
from fondaco.payments.rails import no_transfer

MOST: Final = 10_000
"""Payouts of one file; the rest is for the next."""

SCHEMA: Final = "pain.001.001.09"


class MakeBankFile(Command, frozen=True, kw_only=True, tag="make_bank_file"):
    """Put all payouts that wait for the bank into a payment file, drawn on an account."""

    iban: str
    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=70)]
    bic: str = ""
    by: Reason


class BankFileMade(msgspec.Struct, frozen=True, tag="bank_file_made"):
    """The file by its message id; `left_out` says of payouts why they are not in it."""

    message: str
    payouts: int
    amount: int
    left_out: dict[str, str]


class BankFileRefusal(StrEnum):
    """Why there is no file; the first that applies."""

    BAD_ACCOUNT = "bad_account"
    NOTHING_TO_SEND = "nothing_to_send"


@command(BankFileMade)
async def make_bank_file(tx: Tx, batch: Batch[MakeBankFile]) -> list[BankFileMade | Refused]:
    """Put payouts into a payment file, each into one for ever. BankFileRefusal says why not.

    Payouts to what is no IBAN, not in euro, or to a seller who was put on hold or is under review
    meanwhile, are left out and told. Of a batch the first wish
    that can be met takes all there are.
    """
    rows = await tx.fetch(sql.lock_for_file, buckets=list(range(tx.database.buckets)), limit=MOST)
    sellers = await parties.organisations(tx, [row["seller"] for row in rows])
    barred = await _barred(tx, sellers)
    unfit = {row["id"]: why for row in rows if (why := _unfit(row, barred))}
    left_out = {show("out", payout): why for payout, why in unfit.items()}
    waiting = [row for row in rows if row["id"] not in unfit]
    files, put = [], []
    outcomes: list[BankFileMade | Refused] = []
    for one, at in zip(batch, batch.at, strict=True):
        if (refusal := _refusal(one, waiting, left_out)) is not None:
            outcomes.append(refusal)
            continue
        message, body = _drawn_up(one, waiting, sellers, at)
        amount, file = sum(row["amount"] for row in waiting), tx.mint()
        files.append(
            {
                "id": file, "message": message, "account": ibans.compact(one.iban),
                "payouts": len(waiting), "amount": amount, "made_by": one.by, "made_at": at,
                "body": base64.b64encode(body).decode(),
            }
        )  # fmt: skip
        put += [{"id": row["id"], "file": file} for row in waiting]
        outcomes.append(BankFileMade(message, len(waiting), amount, left_out))
        waiting = []
    await tx.fetch(sql.insert_bank_files, rows=as_json(files))
    await tx.fetch(
        sql.put_into_files, buckets=list(range(tx.database.buckets)),
        ids=[row["id"] for row in put], rows=as_json(put),
    )  # fmt: skip
    return outcomes


async def _barred(tx: Tx, sellers: Collection[int]) -> dict[int, str]:
    """Who of them may not be paid now, and why; each is looked up in its own bucket."""
    by_bucket: dict[int, set[int]] = defaultdict(set)
    for seller in sellers:
        by_bucket[bucket_of(seller, tx.database.buckets)].add(seller)
    barred: dict[int, str] = {}
    for bucket, here in sorted(by_bucket.items()):
        beside = tx.beside(bucket)
        barred |= (await read_payout_terms(beside, (), here)).holds
        barred |= await risk.barred(beside, here, tx.now)
    return barred


def _unfit(row: Row, barred: Mapping[int, str]) -> str:
    if row["seller"] in barred:
        return f"its seller may not be paid now: {barred[row['seller']]}"
    return no_transfer(row["account"], row["currency"])


def _refusal(one: MakeBankFile, waiting: Sequence[Row], left_out: dict[str, str]) -> Refused | None:
    if not ibans.is_valid(one.iban):
        return Refused(BankFileRefusal.BAD_ACCOUNT, f"{one.iban!r} is no IBAN.", "/iban")
    if one.bic and not bics.is_valid(one.bic):
        return Refused(BankFileRefusal.BAD_ACCOUNT, f"{one.bic!r} is no BIC.", "/bic")
    if not waiting:
        why = "".join(f" {payout}: {reason}." for payout, reason in left_out.items())
        return Refused(BankFileRefusal.NOTHING_TO_SEND, f"No payout waits for the bank.{why}")
    return None


def _drawn_up(
    one: MakeBankFile, waiting: Sequence[Row], sellers: dict[int, Row], at: datetime
) -> tuple[str, bytes]:
    """The file's message id and its bytes, checked against the schema of the message."""
    import sepaxml  # loads schemas: only who makes files pays for it

    config = {
        "name": one.holder, "IBAN": ibans.compact(one.iban), "batch": True, "currency": "EUR",
    }  # fmt: skip
    if one.bic:
        config["BIC"] = bics.compact(one.bic)
    transfer = sepaxml.SepaTransfer(config, schema=SCHEMA, clean=True)
    for row in waiting:
        key, name = end_to_end(row["id"]), sellers[row["seller"]]["name"]
        name = name if any(map(str.isalnum, name)) else key
        transfer.add_payment(
            {
                "name": name, "IBAN": ibans.compact(row["account"]),
                "amount": row["amount"], "endtoend_id": key,
                "execution_date": (at + timedelta(days=1)).date(),
                "description": f"{one.holder} payout {key}",
            }
        )  # fmt: skip
    return transfer.msg_id, transfer.export(validate=True)


async def give_up_unfit(database: Database) -> dict[str, str]:
    """Owe sellers again what waits for the bank but no SEPA transfer can pay; which, and why.

    They were asked for while another provider paid, or before their account changed.
    """
    rows = await database.fetch(
        sql.waiting_for_file, buckets=list(range(database.buckets)), limit=MOST
    )
    unfit = [(row, why) for row in rows if (why := no_transfer(row["account"], row["currency"]))]
    facts = [
        Sent(
            PayoutFact(
                payout=row["id"], paid=False, amount=row["amount"], currency=row["currency"],
                reason=f"the bank cannot pay it: {why}"[:200],
            ),
            "bank", f"unfit {show('out', row['id'])}",
        )
        for row, why in unfit
    ]  # fmt: skip
    for answer in await run(database, record_payout, facts):
        if isinstance(answer, Exception):
            raise answer
    return {show("out", row["id"]): f"owed again: {why}" for row, why in unfit}


def end_to_end(payout: int) -> str:
    """A payout's id as a transfer carries it: the letters of SEPA have no underscore."""
    return show("out", payout).replace("_", "-")


async def bank_files(database: Database, before: int, limit: int) -> list[Row]:
    """Payment files, latest first: message, account, payouts, amount, made_by, made_at."""
    return await database.fetch(sql.bank_files, before=before, limit=limit)


async def bank_file(database: Database, message: str) -> Row | None:
    """A payment file by its message id, with its `body`: the same bytes each time."""
    rows = await database.fetch(sql.bank_file_named, message=message)
    return rows[0] if rows else None


async def payouts_of_files(database: Database, messages: Sequence[str]) -> list[Row]:
    """The payouts in these files: message, id, currency, amount, state."""
    return await database.fetch(sql.payouts_of_file, messages=sorted(set(messages)))
