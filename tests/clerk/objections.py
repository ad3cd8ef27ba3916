"""What the clerk keeps where a buyer is not content: claims, and goods that come back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Claim:
    """What a buyer wants back of an order, and what is held of its seller's for it."""

    order: int
    amount: int
    due: datetime | None
    held: int = 0
    state: str = "open"
    refunded: int = 0
    said: Counter[str] = field(default_factory=Counter)

    @property
    def is_open(self) -> bool:
        return self.state not in ("ruled", "closed")


@dataclass
class Rma:
    """Units, by line, of an order that come back."""

    order: int
    units: dict[int, int]
    due: datetime | None
    state: str = "requested"
    refunded: int = 0

    @property
    def is_open(self) -> bool:
        return self.due is not None


@dataclass
class Verdict:
    """What an inspection says of a line."""

    line: int
    accepted: int
    deduction: int = 0
    restock: bool = False
    words: bool = False
