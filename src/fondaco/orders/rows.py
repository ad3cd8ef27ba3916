"""Orders and lines as they stand inside a batch, and as they are written."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from fondaco.kernel import Row
from fondaco.markets import Rate
from fondaco.pricing import NOTHING, Part


class Back(msgspec.Struct, frozen=True):
    """What goes back of an order, taken apart: the fall of what it held, and whose that was.

    `hold` falls; `subsidy` of it is the operator's part of discounts, `withheld` tax that he would
    have remitted, `commission` and `commission_vat` what he would have earned.
    """

    hold: int = 0
    subsidy: int = 0
    withheld: int = 0
    commission: int = 0
    commission_vat: int = 0

    @property
    def cash(self) -> int:
        """What the buyer gets."""
        return self.hold - self.subsidy

    @property
    def seller(self) -> int:
        """What the seller gives up of it, once the order is settled."""
        return self.hold - self.withheld - self.commission - self.commission_vat

    def plus(self, other: "Back") -> "Back":
        """Both together."""
        return Back(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def astuple(back: Back) -> tuple[int, ...]:
    """The amounts in order."""
    return msgspec.structs.astuple(back)


class Line(msgspec.Struct):
    """A line as it stands inside a batch; `refunded_` is what has gone back of it."""

    order: int
    no: int
    offer: int
    quantity: int
    refunded_units: int
    shipped_units: int
    goods: Part
    shipping: Part
    commission: int
    commission_vat: int
    refunded_goods: Part
    refunded_shipping: Part
    refunded_commission: int
    refunded_commission_vat: int
    kept: int = 0
    """What the seller keeps of units that came back: cash that other units do not stand for."""

    @property
    def discounted(self) -> bool:
        """Whether a campaign took something off."""
        parts = (self.goods, self.shipping)
        return any(part.seller_off or part.platform_off for part in parts)

    @property
    def units_left(self) -> int:
        """Units not given back."""
        return self.quantity - self.refunded_units

    @property
    def to_ship(self) -> int:
        """Units that have neither left nor been given back, while the order waits to be shipped.

        What is given back is taken from these first.
        """
        return max(self.units_left - self.shipped_units, 0)


class Order(msgspec.Struct):
    """An order as it stands inside a batch."""

    id: int
    purchase: int
    market: int
    seller: int
    buyer: int
    currency: str
    due: int
    subsidy: int
    withheld: int
    tax_added: bool
    commission: int
    commission_vat: int
    refunded: int
    refunded_subsidy: int
    refunded_withheld: int
    refunded_commission: int
    refunded_commission_vat: int
    state: str
    disputed: bool
    charged_back: bool
    open_cases: int
    in_parts: bool
    extended: bool
    due_at: datetime | None
    placed_at: datetime
    lenient: bool
    total: int
    settle_in: str
    settle_numerator: Decimal | None
    settle_denominator: Decimal | None
    lines: list[Line] = []

    @property
    def settle_rate(self) -> Rate | None:
        """The rate agreed for settling it, if it was sold at a quoted one."""
        if self.settle_numerator is None or self.settle_denominator is None:
            return None
        return Rate(int(self.settle_numerator), int(self.settle_denominator))

    @property
    def frozen(self) -> bool:
        """Whether its money must stay where it is: a dispute, chargeback or return is open."""
        return self.disputed or self.charged_back or self.open_cases > 0

    @property
    def held(self) -> int:
        """What is in escrow for the order while it is open."""
        return self.due - self.refunded

    @property
    def cash(self) -> int:
        """What of that the buyer paid."""
        return self.held - (self.subsidy - self.refunded_subsidy)


PARTS = ("goods", "shipping")
"""What a line's price is for; each has its amounts in columns named after it."""


def part_of(row: Row, name: str) -> Part:
    """A part of a line from its columns."""
    return Part(
        row[name], row[f"{name}_seller_off"], row[f"{name}_platform_off"], row[f"{name}_tax"]
    )


def line_of(row: Row) -> Line:
    """A line from its row."""
    parts: dict[str, Any] = {
        f"{back}{name}": part_of(row, f"{back}{name}")
        for back in ("", "refunded_")
        for name in PARTS
    }
    plain = {name: row[name] for name in Line.__struct_fields__ if name not in parts}
    return Line(**parts, **plain)


def part_columns(name: str, part: Part) -> dict[str, int]:
    """The columns of a part, without those that are nothing: the statements read them as 0."""
    price, seller_off, platform_off, tax = part
    columns = {name: price}
    if part[1:] != NOTHING[1:]:
        columns[f"{name}_seller_off"] = seller_off
        columns[f"{name}_platform_off"] = platform_off
        columns[f"{name}_tax"] = tax
    return columns


def changed(line: Line) -> dict[str, int]:
    """What is written of a line after something of it left or went back."""
    return {
        "order": line.order,
        "no": line.no,
        "refunded_units": line.refunded_units,
        "shipped_units": line.shipped_units,
        **part_columns("refunded_goods", line.refunded_goods),
        **part_columns("refunded_shipping", line.refunded_shipping),
        "refunded_commission": line.refunded_commission,
        "refunded_commission_vat": line.refunded_commission_vat,
        **({"kept": line.kept} if line.kept else {}),
    }
