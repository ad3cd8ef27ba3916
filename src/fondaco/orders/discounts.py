"""Discounts as the API shows them: what each campaign took off a line."""

from collections.abc import Sequence

import msgspec

from fondaco.kernel import Database
from fondaco.kernel.ids import show
from fondaco.orders.queries import discounts_of


class DiscountView(msgspec.Struct, frozen=True):
    """What a campaign took off a line's goods and shipping; `borne_by_seller` is a part of it.

    `code` is the coupon's; none where the campaign applied by itself.
    """

    campaign: str
    name: str
    code: str | None
    amount: int
    borne_by_seller: int


async def discounts_by_line(
    database: Database, purchases: Sequence[int]
) -> dict[tuple[int, int], list[DiscountView]]:
    """Discounts of purchases by order and line number, in order of campaigns."""
    found: dict[tuple[int, int], list[DiscountView]] = {}
    for row in await discounts_of(database, purchases):
        by_seller = row["goods_seller_off"] + row["shipping_seller_off"]
        by_platform = row["goods_platform_off"] + row["shipping_platform_off"]
        view = DiscountView(
            show("cam", row["campaign"]), row["name"], row["code"], by_seller + by_platform,
            by_seller,
        )  # fmt: skip
        found.setdefault((row["order"], row["line"]), []).append(view)
    return found
