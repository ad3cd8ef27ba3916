"""Rounding, dealing, and what a line's price is made of. Minor units."""

from dataclasses import astuple, dataclass


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def deal(amount: int, weights: list[int]) -> list[int]:
    """By largest remainder, ties to the earliest; evenly where nothing weighs anything."""
    weights = weights if any(weights) else [1] * len(weights)
    parts = [amount * weight // sum(weights) for weight in weights]
    while sum(parts) < amount:
        short = [amount * w - p * sum(weights) for w, p in zip(weights, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


@dataclass
class Part:
    """A price, what its seller and the operator bear of discounts off it, and its tax."""

    price: int = 0
    by_seller: int = 0
    by_operator: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        """What its seller sells it for."""
        return self.price - self.by_seller

    @property
    def left(self) -> int:
        """What discounts leave of the price."""
        return self.net - self.by_operator

    def held(self, added: bool) -> int:
        return self.net + (self.tax if added else 0)

    def cash(self, added: bool) -> int:
        return self.held(added) - self.by_operator

    def minus(self, other: "Part") -> "Part":
        return Part(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def add(self, other: "Part") -> None:
        self.price += other.price
        self.by_seller += other.by_seller
        self.by_operator += other.by_operator
        self.tax += other.tax

    def units(self, units: int, of: int) -> "Part":
        """What the first units make of it, each amount dealt to the unit, nothing below zero."""
        price, by_seller, by_operator, tax = (
            sum(deal(one, [1] * of)[:units]) for one in astuple(self)
        )
        net = price - by_seller
        return Part(price, by_seller, min(by_operator, net), min(tax, net))

    def worth(self, cash: int, added: bool) -> "Part":
        """What of it the buyer paid so much for: all else in proportion, half up."""
        whole = self.cash(added)
        if cash == whole:
            return self
        by_operator = half_up(self.by_operator * cash, whole)
        tax = half_up(self.tax * cash, whole)
        net = cash + by_operator - (tax if added else 0)
        by_seller = half_up(self.by_seller * net, self.net) if self.net else 0
        return Part(net + by_seller, by_seller, by_operator, tax)
