"""Faults planted where tax and exchange rates were applied; see tests/planted.py."""

from typing import Final

_TAXED: Final = "tax_numerator > 0 and shipping_tax > 0"
_WITHHELD: Final = "(select min(id) from orders.orders where withheld > 0)"
ORDERS: Final = {
    "tax_is_what_its_rate_gives": [
        f"update orders.line set goods_tax = goods_tax + 1 where {_TAXED} and no = 1",
        f"update orders.line set shipping_tax = shipping_tax - 1 where {_TAXED}",
        f"update orders.line set tax_numerator = tax_numerator + 1 where {_TAXED}",
        "update orders.line set goods_tax = 1 where tax_class is null",
        "update orders.line set shipping_tax = 1 where tax_class is null",
    ],
    "tax_is_remitted_by_policy": [
        f"update orders.orders set withheld = 0 where id = {_WITHHELD}",
        f"update orders.orders set tax_added = not tax_added where id = {_WITHHELD}",
    ],
}
RATES: Final = (("orders", ORDERS),)
