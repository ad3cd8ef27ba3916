"""What purchases get off, in the plainest Python: fractions, and units handed out one by one."""

from fractions import Fraction

from fondaco.campaigns import Campaign, Kind, Line

Off = tuple[int, int, int, int]
"""Goods off by seller and operator, shipping off by seller and operator."""


def hand_out(total: int, weights: list[int]) -> list[int]:
    """Round every exact share down, then one unit at a time to who lost most, the earlier first."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in exact]
    lost = [share - part for share, part in zip(exact, parts, strict=True)]
    while sum(parts) < total:
        most = lost.index(max(lost))
        parts[most] += 1
        lost[most] = Fraction(-1)
    return parts


def rounded(share: Fraction) -> int:
    """Half up."""
    return int(share + Fraction(1, 2))


def meant_for(campaign: Campaign, lines: list[Line]) -> list[int]:
    """The lines in a campaign's scope."""
    scope = campaign.scope
    return [
        n
        for n, line in enumerate(lines)
        if (scope.seller is None or scope.seller == line.seller)
        and (scope.category is None or scope.category in line.categories)
        and (scope.product is None or scope.product == line.product)
        and (scope.offer is None or scope.offer == line.offer)
    ]


def one_campaign(
    campaign: Campaign, lines: list[Line], goods: list[int], shipping: list[int]
) -> dict[int, Off]:
    """What one campaign takes off each line, of the goods and shipping that are left."""
    discount = campaign.discount
    mine = meant_for(campaign, lines)
    worth = sum(goods[n] for n in mine)
    room = shipping if campaign.kind is Kind.SHIPPING else goods
    if worth < discount.minimum or not sum(room[n] for n in mine):
        return {}
    percent = None
    if discount.numerator is not None:
        percent = Fraction(discount.numerator, discount.denominator)
    if campaign.kind is Kind.ITEM:
        wanted = [
            rounded(room[n] * percent) if percent is not None
            else min(room[n], (discount.amount or 0) * lines[n].quantity)
            for n in mine
        ]  # fmt: skip
        total = sum(wanted)
    else:
        wanted = [room[n] for n in mine]
        total = rounded(sum(wanted) * percent) if percent is not None else discount.amount or 0
        if discount.repeating:
            total *= worth // discount.minimum
        total = min(total, sum(wanted))
    if discount.cap is not None:
        total = min(total, discount.cap)
    if not total:
        return {}
    parts = hand_out(total, wanted)
    by_seller = hand_out(total, [campaign.funding.seller, campaign.funding.platform])[0]
    sellers = hand_out(by_seller, parts)
    both = zip(mine, parts, sellers, strict=True)
    if campaign.kind is Kind.SHIPPING:
        return {n: (0, 0, own, part - own) for n, part, own in both if part}
    return {n: (own, part - own, 0, 0) for n, part, own in both if part}


def every_campaign(stack: list[Campaign], lines: list[Line]) -> dict[tuple[int, int], Off]:
    """What campaigns in stacking order take off, by campaign and line; one of a group at most."""
    goods, shipping = [line.goods for line in lines], [line.shipping for line in lines]
    found: dict[tuple[int, int], Off] = {}
    groups: set[str] = set()
    for campaign in stack:
        if campaign.exclusive_group and campaign.exclusive_group in groups:
            continue
        taken = one_campaign(campaign, lines, goods, shipping)
        total = sum(sum(off) for off in taken.values())
        if campaign.limits.budget is not None and total > campaign.limits.budget:
            continue
        if taken:
            groups.add(campaign.exclusive_group)
        for n, off in taken.items():
            goods[n] -= off[0] + off[1]
            shipping[n] -= off[2] + off[3]
            found[campaign.id, n] = off
    return found
