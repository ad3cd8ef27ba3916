"""Posting: the only way money moves."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fondaco.kernel import Tx, as_json
from fondaco.kernel.ids import bucket_of
from fondaco.ledger.model import Journal, Key, Posting
from fondaco.ledger.queries import sql


class _Head(msgspec.Struct):
    id: int
    root: int
    cause: int
    kind: str
    at: datetime


class _Line(msgspec.Struct):
    journal: int
    no: int
    debit: str
    debit_subject: int
    credit: str
    credit_subject: int
    currency: str
    amount: int


async def post(tx: Tx, journals: Sequence[Journal]) -> None:
    """Write journals and move the guarded balances they touch, summed per balance.

    The caller has locked what it draws on and seen that it suffices; a balance that would fall
    below zero breaks a constraint and so the whole batch. Buckets are taken in ascending order.
    """
    groups: dict[int, list[Journal]] = {}
    for journal in journals:
        if journal.postings:
            groups.setdefault(bucket_of(journal.root, tx.database.buckets), []).append(journal)
    for bucket in sorted(groups):
        await _post_bucket(tx, bucket, groups[bucket])


async def _post_bucket(tx: Tx, bucket: int, journals: Sequence[Journal]) -> None:
    heads: list[_Head] = []
    lines: list[_Line] = []
    moves: dict[Key, int] = {}
    for journal in journals:
        number = tx.mint(bucket)
        heads.append(_Head(number, journal.root, journal.cause, journal.kind, journal.at))
        for no, posting in enumerate(journal.postings, 1):
            debit, credit, currency, amount = posting
            lines.append(
                _Line(
                    number, no, debit.name, debit.subject, credit.name, credit.subject,
                    currency, amount,
                )
            )  # fmt: skip
            _move(moves, posting)
    changes = [
        {"subject": key.subject, "account": key.account, "currency": key.currency, "change": n}
        for key, n in sorted(moves.items())
        if n
    ]
    row = await tx.fetch_one(
        sql.post,
        bucket=bucket,
        heads=as_json(heads),
        lines=as_json(lines),
        falling=sorted({key.subject for key, n in moves.items() if n < 0}),
        changes=as_json(changes),
    )
    if row is None or row["asked"] != row["moved"]:
        raise AssertionError("a balance was drawn on that does not exist")


def _move(moves: dict[Key, int], posting: Posting) -> None:
    for side, amount in ((posting.credit, posting.amount), (posting.debit, -posting.amount)):
        if side.guarded:
            key = Key(side.subject, side.name, posting.currency)
            moves[key] = moves.get(key, 0) + (-amount if side.asset else amount)
