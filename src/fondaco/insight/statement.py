"""A seller's statement: what was the seller's, what changed it and why, and what it is now.

What is a seller's: owed to it (`payable`), kept back (`reserve`, `dispute_hold`), deposited
(`bond`), less what it owes (`receivable`). Everything is read out of the journal, so the closing
balance is the ledger's own, to the minor unit.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from fondaco import parties
from fondaco.insight.queries import sql
from fondaco.kernel import Database, Row, Tx
from fondaco.kernel.ids import bucket_of, root_of, show
from fondaco.kernel.patience import take_time

OWNED: Final = ("payable", "reserve", "dispute_hold", "bond", "receivable")
MOST: Final = 200_000
"""Postings of a statement. A seller who has more in a time takes shorter ones."""

_KEPT: Final = ("commission", "vat_payable", "tax_payable")


class TooLong(Exception):
    """More than `MOST` postings are in the period."""


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one event did to what is the seller's. Minor units; what is taken is negative.

    `gross` less what is taken is `net`: `commission` and `charge` with their `vat`, and `tax` that
    the operator remits. `balance` is the seller's after it. `reference` is the order, payout or
    other thing it is about, as the API shows it.
    """

    at: datetime
    kind: str
    reference: str
    gross: int
    commission: int
    charge: int
    vat: int
    tax: int
    net: int
    balance: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's account over a period, in one currency. Minor units.

    `opening` and `closing` by account; `receivable` is what the seller owes, as a negative sum.
    """

    seller: str
    name: str
    currency: str
    since: datetime
    until: datetime
    opening: dict[str, int]
    lines: list[StatementLine]
    closing: dict[str, int]

    @property
    def opened_with(self) -> int:
        """What was the seller's at the beginning."""
        return sum(self.opening.values())

    @property
    def closed_with(self) -> int:
        """What was the seller's at the end."""
        return sum(self.closing.values())


async def statement(
    database: Database, seller: int, currency: str, since: datetime, until: datetime
) -> Statement:
    """A seller's statement from an instant until just before another, as of one instant.

    Raises TooLong.
    """
    async with database.transaction(snapshot=True) as tx:
        await take_time(tx)
        bucket = bucket_of(seller, database.buckets)
        opening = await tx.fetch(
            sql.opening, bucket=bucket, seller=seller, at=since, accounts=list(OWNED)
        )
        moves = await tx.fetch(
            sql.moves, bucket=bucket, seller=seller, since=since, until=until, limit=MOST + 1
        )
        if len(moves) > MOST:
            raise TooLong
        about = _orders_by_cause(moves)
        kept = await _kept(tx, about.values(), since, until)
        name = (await parties.organisations(tx, [seller]))[seller]["name"]
    begin = {
        row["account"]: row["amount"]
        for row in opening
        if row["currency"] == currency and row["amount"]
    }
    return _drawn_up(
        Statement(
            seller=show("sel", seller), name=name, currency=currency, since=since, until=until,
            opening=begin, lines=[], closing={},
        ),
        [row for row in moves if row["currency"] == currency],
        about,
        kept,
    )  # fmt: skip


Kept = Mapping[tuple[int, int, str], Mapping[str, int]]
"""What the operator took of an order, by command, order and currency: amount by account."""


async def _kept(tx: Tx, about: Collection[int], since: datetime, until: datetime) -> Kept:
    orders = set(about)
    roots = sorted(orders | {root_of(order) for order in orders})
    rows = await tx.fetch(
        sql.kept_of_orders, roots=roots, accounts=list(_KEPT), since=since, until=until,
        buckets=sorted({bucket_of(root, tx.database.buckets) for root in roots}),
    )  # fmt: skip
    found: dict[tuple[int, int, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["cause"], row["order"], row["currency"]][row["account"]] = row["amount"]
    return found


def _orders_by_cause(moves: Sequence[Row]) -> dict[int, int]:
    """The order that each command was about: the one on the bridge, or whose money it holds."""
    return {
        row["cause"]: row[f"{side}_subject"]
        for account in ("dispute_hold", "bridge")
        for row in moves
        for side in ("debit", "credit")
        if row[side] == account
    }


def _drawn_up(
    blank: Statement, moves: Sequence[Row], about: Mapping[int, int], kept: Kept
) -> Statement:
    journals: dict[int, list[Row]] = defaultdict(list)
    for row in moves:
        journals[row["journal"]].append(row)
    closing = defaultdict(int, blank.opening)
    balance = blank.opened_with
    lines = []
    for journal in journals.values():
        changes = _changes(journal)
        net = sum(changes[account] for account in OWNED)
        for account in OWNED:
            closing[account] += changes[account]
        balance += net
        if net:
            order = about.get(journal[0]["cause"], 0)
            lines.append(_line(journal, order, changes, net, balance, kept))
    closed = {account: amount for account, amount in closing.items() if amount}
    return msgspec.structs.replace(blank, lines=lines, closing=closed)


def _changes(journal: Sequence[Row]) -> dict[str, int]:
    """Credits less debits of each account in a journal."""
    changes: dict[str, int] = defaultdict(int)
    for row in journal:
        changes[row["credit"]] += row["amount"]
        changes[row["debit"]] -= row["amount"]
    return changes


def _line(
    journal: Sequence[Row], order: int, changes: Mapping[str, int], net: int, balance: int,
    kept: Kept,
) -> StatementLine:  # fmt: skip
    first = journal[0]
    shared = any("bridge" in (row["debit"], row["credit"]) for row in journal)
    taken = kept.get((first["cause"], order, first["currency"]), {}) if shared else {}
    commission, charge = taken.get("commission", 0), changes["seller_charge"]
    vat = taken.get("vat_payable", 0) + changes["vat_payable"]
    tax = taken.get("tax_payable", 0)
    return StatementLine(
        at=first["at"], kind=first["kind"], reference=_reference(journal, order),
        gross=net + commission + charge + vat + tax, commission=-commission, charge=-charge,
        vat=-vat, tax=-tax, net=net, balance=balance,
    )  # fmt: skip


def _reference(journal: Sequence[Row], order: int) -> str:
    if order:
        return show("ord", order)
    for row in journal:
        for side in ("debit", "credit"):
            if row[side] == "payout_in_flight":
                return show("out", row[f"{side}_subject"])
    return ""
