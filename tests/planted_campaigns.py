"""Faults of campaigns and of what they take off orders, as in `planted`."""

from typing import Final

_USED: Final = "(select min(campaign) from campaigns.redemption where returned_at is null)"
_DISCOUNT: Final = (
    '("order", line, campaign) = (select "order", line, campaign from orders.discount'
    " order by 1, 2, 3 limit 1)"
)

_CAMPAIGNS: Final = {
    "counter_is_sum_of_uses": [
        f"update campaigns.counter set uses = uses + 1 where campaign = {_USED}",
        f"update campaigns.counter set spent = spent + 1 where campaign = {_USED}",
        "delete from campaigns.counter where uses > 0",
        "delete from campaigns.redemption where returned_at is null",
        "update campaigns.redemption set returned_at = redeemed_at where returned_at is null",
    ],
    "buyer_counter_is_sum_of_uses": [
        "update campaigns.buyer_counter set uses = uses + 1",
        "delete from campaigns.buyer_counter where uses > 0",
        "update campaigns.redemption set buyer = buyer + 64 where returned_at is null",
    ],
    "campaign_keeps_its_limits": [
        "update campaigns.campaign set most_uses = 1 where id in"
        " (select campaign from campaigns.counter where uses > 1)",
        f"update campaigns.campaign set budget = 1 where id = {_USED}",
        f"update campaigns.counter set most_uses = 1000000 where campaign = {_USED}",
        "update campaigns.counter set uses = -1 where uses = 0",
        "update campaigns.buyer_counter set uses = 1000000",
    ],
}
_ORDERS: Final = {
    "discounts_sum_to_lines": [
        f"update orders.discount set goods_seller_off = goods_seller_off + 1 where {_DISCOUNT}",
        f"update orders.discount set goods_platform_off = goods_platform_off - 1 where {_DISCOUNT}",
        f"update orders.discount set shipping_seller_off = 1 where {_DISCOUNT}",
        f"delete from orders.discount where {_DISCOUNT}",
        "update orders.line set goods_platform_off = goods_platform_off + 1"
        " where goods_platform_off > 0",
        "update orders.line set shipping_platform_off = 0 where shipping_platform_off > 0",
    ],
    "discounts_sum_to_uses": [
        "update campaigns.redemption set goods_seller_off = goods_seller_off + 1",
        "update campaigns.redemption set shipping_platform_off = shipping_platform_off + 1",
        "update campaigns.redemption set purchase = purchase + 64",
        f"update orders.discount set campaign = 1 where {_DISCOUNT}",
    ],
    "sellers_bear_their_own": [
        "update campaigns.campaign set owner = 1 where owner is not null",
        "update orders.discount set goods_platform_off = 1, goods_seller_off = goods_seller_off - 1"
        " where campaign in (select id from campaigns.campaign where owner is not null)",
    ],
    "unused_campaigns_are_given_back": [
        "update campaigns.redemption set returned_at = redeemed_at where returned_at is null",
        "update campaigns.redemption set returned_at = null where returned_at is not null",
        "update orders.orders set state = 'cancelled' where state = 'paid'",
        "delete from kernel.transition where machine = 'order' and dst = 'shipped'",
    ],
}
CAMPAIGNS: Final = (("campaigns", _CAMPAIGNS), ("orders", _ORDERS))
