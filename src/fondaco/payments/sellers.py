"""Sellers' own balances inside a batch: what they are owed, keep in reserve and bond, and owe.

Money comes in and goes out in one order everywhere: debt is met first, then the reserve and the
bond take their part, the rest is payable; what a seller must give comes out of the payable, then
the reserve, and the rest is debt, which some bonds meet at once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from fondaco import ledger
from fondaco.kernel import Tx, as_json
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.money import half_up
from fondaco.payments.model import BOND, PAYABLE, RECEIVABLE, RESERVE
from fondaco.payments.queries import sql

Whose = tuple[int, str]
"""A seller and a currency."""


class Rate(NamedTuple):
    """A share of a sale's proceeds."""

    numerator: int
    denominator: int

    def of(self, amount: int) -> int:
        """That part of an amount, half up."""
        return half_up(amount * self.numerator, self.denominator)


class Kept(NamedTuple):
    """Reserve terms: what part is kept back, for how many days."""

    rate: Rate
    days: int


class Bond(NamedTuple):
    """Bond terms: what is to be in deposit, how it is withheld, what draws on it at once."""

    target: int
    rate: Rate
    draws: frozenset[str]


class Terms:
    """Reserve and bond terms of sellers."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._reserves: dict[tuple[int, int | None], Kept] = {}
        self.bonds: dict[Whose, Bond] = {}
        for row in rows:
            rate = Rate(row["numerator"], row["denominator"])
            if row["market"] is not None:
                self._reserves[row["market"], row["seller"]] = Kept(rate, row["days"])
            else:
                draws = frozenset(row["draws"])
                self.bonds[row["seller"], row["currency"]] = Bond(row["target"], rate, draws)

    def reserve(self, market: int, seller: int) -> Kept | None:
        """What is kept back of a seller's sales in a market: its own terms before the market's."""
        return self._reserves.get((market, seller)) or self._reserves.get((market, None))


async def read_terms(tx: Tx, sellers: Collection[int], markets: Collection[int]) -> Terms:
    """Terms of these sellers, and of all in these markets."""
    unique = sorted(set(sellers))
    rows = await tx.fetch(
        sql.seller_terms, sellers=unique, markets=sorted(set(markets)),
        buckets=sorted({bucket_of(one, tx.database.buckets) for one in unique}),
    )  # fmt: skip
    return Terms(rows)


class _Change(msgspec.Struct):
    kept: int = 0
    drawn: int = 0
    released: int = 0


class Sellers:
    """Locked balances of sellers; each verb moves them and says by which postings."""

    def __init__(
        self, tx: Tx, balances: dict[ledger.Key, int], tranches: Sequence[Any], terms: Terms
    ) -> None:
        self._tx, self._balances, self._terms = tx, balances, terms
        self._open: dict[Whose, dict[date, int]] = {}
        for row in tranches:
            days = self._open.setdefault((row["seller"], row["currency"]), {})
            days[row["release_on"]] = row["left"]
        self._changes: dict[tuple[int, str, date], _Change] = {}
        self._moves: list[dict[str, Any]] = []

    def balance(self, account: ledger.AccountOf, whose: Whose) -> int:
        """What a seller has on an account now."""
        return self._balances[account.key(*whose)]

    def earn(
        self, whose: Whose, source: ledger.Account, amount: int, market: int, at: datetime
    ) -> list[ledger.Posting]:
        """A sale's proceeds: debt first, then reserve and bond, the rest is payable."""
        if not amount:
            return []
        rest = amount - min(amount, self.balance(RECEIVABLE, whose))
        kept = self._kept(whose, amount, rest, market, at)
        withheld = self._withheld(whose, amount, rest - kept)
        owed = amount - kept - withheld
        moves = [
            *self._up(PAYABLE, whose, source, owed),
            *self._up(RESERVE, whose, source, kept),
            *self._up(BOND, whose, source, withheld),
        ]
        return [*moves, *self.net(whose)]

    def _kept(self, whose: Whose, amount: int, rest: int, market: int, at: datetime) -> int:
        terms = self._terms.reserve(market, whose[0])
        kept = min(terms.rate.of(amount), rest) if terms is not None else 0
        if terms is not None and kept:
            day = at.date() + timedelta(days=terms.days)
            self._change(whose, day).kept += kept
            days = self._open.setdefault(whose, {})
            days[day] = days.get(day, 0) + kept
        return kept

    def _withheld(self, whose: Whose, amount: int, rest: int) -> int:
        bond = self._terms.bonds.get(whose)
        if bond is None:
            return 0
        missing = max(bond.target - self.balance(BOND, whose), 0)
        return min(bond.rate.of(amount), missing, rest)

    def regain(self, whose: Whose, source: ledger.Account, amount: int) -> list[ledger.Posting]:
        """What was the seller's before is payable again; a debt is met out of it."""
        return [*self._up(PAYABLE, whose, source, amount), *self.net(whose)]

    def net(self, whose: Whose) -> list[ledger.Posting]:
        """Meet a debt out of what is payable, as far as that goes."""
        met = min(self.balance(PAYABLE, whose), self.balance(RECEIVABLE, whose))
        return self._between(PAYABLE, RECEIVABLE, whose, met)

    def give(
        self, whose: Whose, sink: ledger.Account, amount: int, *, reserve: bool = False
    ) -> list[ledger.Posting]:
        """What a seller must give: out of the payable, the reserve if it may, the rest is debt."""
        paid = min(self.balance(PAYABLE, whose), amount)
        drawn = min(self.balance(RESERVE, whose), amount - paid) if reserve else 0
        self._draw_tranches(whose, drawn)
        debt = amount - paid - drawn
        self._balances[RECEIVABLE.key(*whose)] += debt
        moves = [
            *self._down(PAYABLE, whose, sink, paid), *self._down(RESERVE, whose, sink, drawn),
        ]  # fmt: skip
        if debt:
            moves.append(ledger.Posting(RECEIVABLE(whose[0]), sink, whose[1], debt))
        return moves

    def draw(self, whose: Whose, kind: str, reason: str, at: datetime) -> list[ledger.Posting]:
        """Meet debt out of the bond at once, where its terms say so for debt of this kind."""
        bond = self._terms.bonds.get(whose)
        if bond is None or kind not in bond.draws:
            return []
        met = min(self.balance(BOND, whose), self.balance(RECEIVABLE, whose))
        return self.draw_bond(whose, met, reason, at)[1]

    def draw_bond(
        self, whose: Whose, amount: int, reason: str, at: datetime
    ) -> tuple[int, list[ledger.Posting]]:
        """Meet this much debt out of the bond; the move's id, 0 if there was nothing to move."""
        if not amount:
            return 0, []
        moves = self._between(BOND, RECEIVABLE, whose, amount)
        return self.note(whose, "bond_draw", amount, reason, at), moves

    def refund_bond(
        self, whose: Whose, amount: int, reason: str, at: datetime
    ) -> tuple[int, list[ledger.Posting]]:
        """Give this much of a bond back to what is payable."""
        moves = self._between(BOND, PAYABLE, whose, amount)
        return self.note(whose, "bond_refund", amount, reason, at), moves

    def pay_in(self, whose: Whose, account: ledger.AccountOf, amount: int) -> None:
        """Money came from outside into the bond, or against the debt; the caller posts it."""
        sign = -1 if account is RECEIVABLE else 1
        self._balances[account.key(*whose)] += sign * amount

    def release(self, whose: Whose, day: date) -> list[ledger.Posting]:
        """What was kept back until a day is payable; a debt is met out of it."""
        left = self._open.get(whose, {}).pop(day, 0)
        if not left:
            return []
        self._change(whose, day).released += left
        return [*self._between(RESERVE, PAYABLE, whose, left), *self.net(whose)]

    def left(self, whose: Whose, day: date) -> int:
        """What is still kept back until a day."""
        return self._open.get(whose, {}).get(day, 0)

    def note(self, whose: Whose, kind: str, amount: int, reason: str, at: datetime) -> int:
        """Keep who decided what; the row's id."""
        id_ = self._tx.mint(bucket_of(whose[0], self._tx.database.buckets))
        row = {"id": id_, "seller": whose[0], "kind": kind, "currency": whose[1]}
        self._moves.append({**row, "amount": amount, "reason": reason, "created_at": at})
        return id_

    async def write(self, tx: Tx) -> None:
        """Write what became of tranches, and the moves noted; the caller posts the journals."""
        tranches = [
            {"seller": seller, "currency": currency, "release_on": day, "kept": c.kept,
             "drawn": c.drawn, "released": c.released}
            for (seller, currency, day), c in sorted(self._changes.items(), key=lambda i: i[0])
        ]  # fmt: skip
        for bucket, rows in _by_bucket(tx, tranches):
            await tx.fetch(sql.keep_tranches, bucket=bucket, rows=as_json(rows))
            await tx.fetch(
                sql.lower_tranches, bucket=bucket, rows=as_json(rows),
                sellers=sorted({row["seller"] for row in rows}),
            )  # fmt: skip
        for bucket, rows in _by_bucket(tx, self._moves):
            await tx.fetch(sql.insert_seller_moves, bucket=bucket, rows=as_json(rows))

    def _draw_tranches(self, whose: Whose, amount: int) -> None:
        days = self._open.get(whose, {})
        for day in sorted(days):
            part = min(days[day], amount)
            if part:
                days[day] -= part
                amount -= part
                self._change(whose, day).drawn += part
        if amount:
            raise AssertionError("the reserve is more than its tranches")

    def _change(self, whose: Whose, day: date) -> _Change:
        return self._changes.setdefault((*whose, day), _Change())

    def _up(
        self, account: ledger.AccountOf, whose: Whose, source: ledger.Account, amount: int
    ) -> Iterator[ledger.Posting]:
        if amount:
            self._balances[account.key(*whose)] += amount
            yield ledger.Posting(source, account(whose[0]), whose[1], amount)

    def _down(
        self, account: ledger.AccountOf, whose: Whose, sink: ledger.Account, amount: int
    ) -> Iterator[ledger.Posting]:
        if amount:
            self._balances[account.key(*whose)] -= amount
            yield ledger.Posting(account(whose[0]), sink, whose[1], amount)

    def _between(
        self, debit: ledger.AccountOf, credit: ledger.AccountOf, whose: Whose, amount: int
    ) -> list[ledger.Posting]:
        if not amount:
            return []
        self._balances[debit.key(*whose)] -= amount
        self._balances[credit.key(*whose)] += -amount if credit is RECEIVABLE else amount
        return [ledger.Posting(debit(whose[0]), credit(whose[0]), whose[1], amount)]


async def lock_sellers(
    tx: Tx, whose: Collection[Whose], terms: Terms, *, tranches: Collection[int] = ()
) -> Sellers:
    """Lock sellers' balances, and the open tranches of those that may have to draw on them."""
    accounts = (PAYABLE, RECEIVABLE, RESERVE, BOND)
    balances = await ledger.lock(tx, [one.key(*who) for who in whose for one in accounts])
    rows: list[Any] = []
    groups: dict[int, list[int]] = {}
    for seller in sorted(set(tranches)):
        groups.setdefault(bucket_of(seller, tx.database.buckets), []).append(seller)
    for bucket in sorted(groups):
        rows += await tx.fetch(sql.lock_tranches, bucket=bucket, sellers=groups[bucket])
    return Sellers(tx, balances, rows, terms)


def _by_bucket(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(bucket_of(row["seller"], tx.database.buckets), []).append(row)
    return sorted(groups.items())
