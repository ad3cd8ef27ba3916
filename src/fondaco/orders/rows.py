"""Orders and lines as they stand inside a batch."""

from datetime import datetime

import msgspec


class Line(msgspec.Struct):
    """A line as it stands inside a batch."""

    order: int
    no: int
    offer: int
    quantity: int
    goods: int
    shipping: int
    commission: int
    refunded_units: int
    refunded_goods: int
    refunded_shipping: int
    refunded_commission: int

    @property
    def units_left(self) -> int:
        """Units not given back."""
        return self.quantity - self.refunded_units


class Order(msgspec.Struct):
    """An order as it stands inside a batch."""

    id: int
    purchase: int
    market: int
    seller: int
    buyer: int
    currency: str
    goods: int
    shipping: int
    commission: int
    refunded: int
    refunded_commission: int
    state: str
    disputed: bool
    extended: bool
    due_at: datetime | None
    lenient: bool
    total: int
    lines: list[Line] = []

    @property
    def held(self) -> int:
        """What is in escrow for the order while it is open."""
        return self.goods + self.shipping - self.refunded
