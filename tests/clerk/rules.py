"""What holds in the clerk's market: timers, tax, commission, and what is on offer."""

from dataclasses import dataclass
from datetime import timedelta

PAY_WITHIN, SHIP_WITHIN = timedelta(minutes=30), timedelta(days=5)
CONFIRM_WITHIN = timedelta(days=10)
MOST_ATTEMPTS = 10
NEXT_SCANS = {
    "handed_over": {"in_transit", "delivered", "exception"},
    "in_transit": {"delivered", "exception"},
    "exception": {"delivered", "returned", "lost"},
}
OPEN = ("paid", "shipped", "delivered")
Said = tuple[object, ...] | str
"""What a verb did, or the code of its refusal."""

RATES = {
    "BE": {"standard": (21, 100), "reduced": (6, 100)},
    "AT": {"standard": (20, 100), "reduced": (13, 100)},
}
HOME, ABROAD, ABROAD_ID = "BE", "AT", "ATU13585627"


@dataclass(frozen=True)
class Tax:
    """How sales are taxed: on top or inside, remitted by whom, rounded over what."""

    added: bool
    withheld: bool
    by_order: bool
    shipping: bool


@dataclass(frozen=True)
class Rules:
    """A market's. VAT on commission and charges in percent."""

    currency: str = "EUR"
    settle_after: timedelta = timedelta(days=1)
    tax: Tax | None = None
    vat: int = 0
    net_of_tax: bool = False
    keep: bool = False

    @property
    def added(self) -> bool:
        return self.tax is not None and self.tax.added

    @property
    def withheld(self) -> bool:
        return self.tax is not None and self.tax.withheld


@dataclass
class Offer:
    seller: int
    price: int
    shipping: int
    fee: tuple[int, int, int, int]  # numerator, denominator, floor, cap
    on_hand: int
    tax_class: str = "standard"
    reserved: int = 0
