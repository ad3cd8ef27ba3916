"""Exchanging what sellers earn into the currency that they are paid in, and back.

The operator stands between the two: at settlement it takes the seller's share in the currency of
the sale and owes it in the seller's. When something goes back later the seller gives up what it got
for it, and the operator bears what the rate has changed since.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from fondaco import ledger, markets
from fondaco.kernel import Row, Tx, as_json
from fondaco.kernel.money import exponent, half_up
from fondaco.payments.model import (
    BRIDGE,
    FX_GAIN_LOSS,
    FX_POSITION,
    ClawBack,
    Owned,
    Settlement,
)
from fondaco.payments.queries import sql


class Leg(msgspec.Struct, frozen=True):
    """One part of a change, in one currency: between which account and the seller's, how much.

    `moves` are the other postings that it takes.
    """

    change: Owned
    account: ledger.Account
    amount: int
    moves: tuple[ledger.Posting, ...] = ()


class Exchanged(msgspec.Struct):
    """A seller's share of an order as it was exchanged, and what went back of it."""

    order: int
    seller: int
    currency: str
    amount: int
    into_currency: str
    into_amount: int
    numerator: int
    denominator: int
    back: int
    into_back: int
    gain: int
    at: datetime

    def given_for(self, part: int) -> int:
        """What the seller got for the next part of its share that goes back."""
        return half_up(self.into_amount * (self.back + part), self.amount) - self.into_back


class Exchanges:
    """The exchanges of a batch, and the rates that hold."""

    def __init__(self, rows: Sequence[Exchanged], tables: dict[date, markets.FxTable]) -> None:
        self._by_order = {row.order: row for row in rows}
        self._tables = tables
        self._changed: dict[int, Exchanged] = {}

    def legs(self, one: Owned, debt: int) -> list[Leg]:
        """The parts of a change, in turn. `debt` is the seller's in the currency of the sale.

        A debt in the currency of the sale is met before anything is exchanged. Where no fresh rate
        is known the seller is paid in the currency of the sale: money never waits for a rate.
        """
        if isinstance(one, Settlement):
            bridge, share = BRIDGE(one.order), one.share
            met = min(debt, share)
            row = self._bought(one, share - met) if one.into else None
            if row is None:
                return [Leg(one, bridge, share)]
            whole = [Leg(one, bridge, met)] if met else []
            return [*whole, _settled(one, row)]
        if type(one) is ClawBack and (row := self._by_order.get(one.order)) is not None:
            part = min(one.amount, row.amount - row.back)
            legs = [self._given_back(one, row, part)] if part else []
            if one.amount > part:
                legs.append(Leg(one, BRIDGE(one.order), one.amount - part))
            return legs
        amount = one.amount if isinstance(one, ClawBack) else 0
        return [Leg(one, BRIDGE(one.order), amount)]

    def _rate(self, of: str, into: str, at: datetime) -> markets.Rate | None:
        """What a minor unit is worth in minor units."""
        found = self._tables[at.date()].exchange(of, into)
        if found is None:
            return None
        return markets.Rate(
            found.rate.numerator * 10 ** exponent(into), found.rate.denominator * 10 ** exponent(of)
        )

    def _bought(self, one: Settlement, amount: int) -> Exchanged | None:
        rate = one.rate or self._rate(one.currency, one.into, one.at)
        if rate is None or not amount:
            return None
        row = Exchanged(
            one.order, one.seller, one.currency, amount, one.into,
            half_up(amount * rate.numerator, rate.denominator), rate.numerator, rate.denominator,
            0, 0, 0, one.at,
        )  # fmt: skip
        self._by_order[one.order] = self._changed[one.order] = row
        return row

    def _given_back(self, one: ClawBack, row: Exchanged, part: int) -> Leg:
        """The seller gives up what it got for it; the operator bears what the rate has changed."""
        into, position = row.given_for(part), FX_POSITION(one.order)
        row.back += part
        row.into_back += into
        rate = self._rate(one.currency, row.into_currency, one.at)
        cost = half_up(part * rate.numerator, rate.denominator) if rate is not None else into
        row.gain += into - cost
        self._changed[row.order] = row
        moves = [ledger.Posting(position, BRIDGE(one.order), one.currency, part)]
        gain_loss = FX_GAIN_LOSS(one.order)
        if cost > into:
            moves.append(ledger.Posting(gain_loss, position, row.into_currency, cost - into))
        elif cost < into:
            moves.append(ledger.Posting(position, gain_loss, row.into_currency, into - cost))
        change = msgspec.structs.replace(one, currency=row.into_currency, amount=into)
        return Leg(change, position, into, tuple(moves))

    async def write(self, tx: Tx) -> None:
        """Write what was exchanged; the caller posts it."""
        if self._changed:
            rows = [_columns(self._changed[order]) for order in sorted(self._changed)]
            await tx.fetch(sql.keep_exchanges, bucket=tx.bucket, rows=as_json(rows))


def _settled(one: Settlement, row: Exchanged) -> Leg:
    position = FX_POSITION(one.order)
    move = ledger.Posting(BRIDGE(one.order), position, row.currency, row.amount)
    change = msgspec.structs.replace(one, currency=row.into_currency)
    return Leg(change, position, row.into_amount, (move,))


async def open_exchanges(tx: Tx, changes: Sequence[Owned]) -> Exchanges:
    """What a batch needs to know to exchange; nothing is read where nothing is exchanged."""
    asked = [one for one in changes if isinstance(one, (Settlement, ClawBack)) and one.into]
    if not asked:
        return Exchanges((), {})
    backs = sorted({one.order for one in asked if isinstance(one, ClawBack)})
    rows = await tx.fetch(sql.exchanges, bucket=tx.bucket, orders=backs) if backs else []
    tables = await markets.fx_tables(
        tx, {code for one in asked for code in (one.currency, one.into)},
        {one.at.date() for one in asked},
    )  # fmt: skip
    return Exchanges([_row(row) for row in rows], tables)


async def exchanged(tx: Tx, orders: Sequence[int]) -> dict[int, Exchanged]:
    """What was exchanged for these orders, which are locked; nothing is read for none."""
    if not orders:
        return {}
    rows = await tx.fetch(sql.exchanges, bucket=tx.bucket, orders=sorted(orders))
    return {row["order"]: _row(row) for row in rows}


def _columns(row: Exchanged) -> dict[str, object]:
    """As written: the rate as text, for its parts may be longer than a JSON number."""
    exact = {name: str(getattr(row, name)) for name in ("numerator", "denominator")}
    return msgspec.structs.asdict(row) | exact


def _row(row: Row) -> Exchanged:
    values = dict(row)
    return Exchanged(**values | {name: int(values[name]) for name in ("numerator", "denominator")})
