"""What a campaign takes off the lines of a purchase, to the unit. Pure: no tables, no I/O.

Amounts are dealt by largest remainder, ties to the earliest line, first over the lines and then
within each campaign between seller and operator, so that every sum is exact: over the lines, over
the bearers, and over both.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fondaco.campaigns.model import Campaign, Kind, Line, Share
from fondaco.kernel.money import half_up, share


class Left(NamedTuple):
    """What is left of a line's goods and shipping after the campaigns before."""

    goods: int
    shipping: int

    def less(self, taken: Share) -> "Left":
        """What is left after one more."""
        return Left(
            self.goods - taken.goods_seller_off - taken.goods_platform_off,
            self.shipping - taken.shipping_seller_off - taken.shipping_platform_off,
        )


def in_scope(campaign: Campaign, line: Line) -> bool:
    """Whether a campaign is for a line."""
    scope = campaign.scope
    return (
        scope.seller in (None, line.seller)
        and (scope.category is None or scope.category in line.categories)
        and scope.product in (None, line.product)
        and scope.offer in (None, line.offer)
    )


def take_off(
    campaign: Campaign, lines: Sequence[Line], left: Sequence[Left], meant: Sequence[int]
) -> list[Share]:
    """A campaign's share of each line it is `meant` for, out of what is left; none that is empty.

    Never more than is left of a line. The minimum is the caller's to look at.
    """
    shipping = campaign.kind is Kind.SHIPPING
    room = [left[no].shipping if shipping else left[no].goods for no in meant]
    if campaign.kind is Kind.ITEM:
        wanted = [
            _off_line(campaign, lines[no], most) for no, most in zip(meant, room, strict=True)
        ]
        total = _capped(campaign, sum(wanted))
        parts = share(total, wanted) if total else [0] * len(meant)
    else:
        goods = sum(left[no].goods for no in meant)
        total = _capped(campaign, min(_off_all(campaign, goods, sum(room)), sum(room)))
        parts = share(total, room) if total else [0] * len(meant)
    return _borne(campaign, [(no, part) for no, part in zip(meant, parts, strict=True) if part])


def _off_line(campaign: Campaign, line: Line, room: int) -> int:
    discount = campaign.discount
    if discount.numerator is not None:
        return half_up(room * discount.numerator, discount.denominator)
    return min((discount.amount or 0) * line.quantity, room)


def _off_all(campaign: Campaign, goods: int, room: int) -> int:
    discount = campaign.discount
    if discount.numerator is not None:
        return half_up(room * discount.numerator, discount.denominator)
    times = goods // discount.minimum if discount.repeating else 1
    return (discount.amount or 0) * times


def _capped(campaign: Campaign, total: int) -> int:
    cap = campaign.discount.cap
    return total if cap is None else min(total, cap)


def _borne(campaign: Campaign, parts: Sequence[tuple[int, int]]) -> list[Share]:
    """Each line's part by who bears it: the seller's weight of the whole, dealt over the parts."""
    if not parts:
        return []
    amounts = [amount for _, amount in parts]
    funding = campaign.funding
    if funding.platform and funding.seller:
        of_sellers, _ = share(sum(amounts), [funding.seller, funding.platform])
        by_sellers = share(of_sellers, amounts)
    else:  # one bears it all, as mostly
        by_sellers = amounts if funding.seller else [0] * len(amounts)
    shares = []
    for (no, amount), seller in zip(parts, by_sellers, strict=True):
        both = (seller, amount - seller)
        off = (0, 0, *both) if campaign.kind is Kind.SHIPPING else (*both, 0, 0)
        shares.append(Share(campaign.id, no, *off))
    return shares
