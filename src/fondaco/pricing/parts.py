"""What a line's price is made of, and exact parts of it. Minor units, none negative."""

from typing import NamedTuple

from fondaco.kernel.money import half_up


class Part(NamedTuple):
    """A line's goods, or its shipping: the price, who bears what is off it, and its tax.

    `tax` stands on top of the price or inside it: `added` says which, where a sum is asked for.
    """

    price: int
    seller_off: int = 0
    platform_off: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        """The price that the seller sells at: less what he bears of discounts."""
        return self.price - self.seller_off

    def held(self, *, added: bool) -> int:
        """What escrow holds for it: the seller's price, with the tax that stands on top."""
        return self.net + (self.tax if added else 0)

    def cash(self, *, added: bool) -> int:
        """What the buyer pays of it: what is held less what the operator adds."""
        return self.held(added=added) - self.platform_off

    def plus(self, other: "Part") -> "Part":
        """Both together."""
        return Part(
            self.price + other.price, self.seller_off + other.seller_off,
            self.platform_off + other.platform_off, self.tax + other.tax,
        )  # fmt: skip

    def less(self, other: "Part") -> "Part":
        """What is left of this after the other."""
        return Part(
            self.price - other.price, self.seller_off - other.seller_off,
            self.platform_off - other.platform_off, self.tax - other.tax,
        )  # fmt: skip

    def first(self, units: int, of: int) -> "Part":
        """What the first `units` of `of` make of it, dealt to the unit, earliest first.

        The last unit takes what remains, so successive calls on what is left sum to the whole. What
        rounding would make more than the unit sells for is left to the later ones: nobody pays
        less than nothing for a unit.
        """
        price, seller_off, platform_off, tax = (
            units * (n // of) + min(units, n % of) for n in self
        )
        net = price - seller_off
        return Part(price, seller_off, min(platform_off, net), min(tax, net))

    def worth(self, cash: int, *, added: bool) -> "Part":
        """The part of it that the buyer paid `cash` for; all of it when that is all the cash.

        Each amount takes its share half up, and the price closes the sum, so that the part's own
        cash is exactly the cash asked for.
        """
        whole = self.cash(added=added)
        if cash == whole:
            return self
        platform_off = half_up(self.platform_off * cash, whole)
        tax = half_up(self.tax * cash, whole)
        net = cash + platform_off - (tax if added else 0)
        seller_off = half_up(self.seller_off * net, self.net) if self.net else 0
        return Part(net + seller_off, seller_off, platform_off, tax)


NOTHING = Part(0)
