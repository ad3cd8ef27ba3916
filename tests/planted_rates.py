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
        "update orders.tax_quote set tax = tax + 1",
        "update orders.purchase set tax_quote = 1 where tax_quote is not null",
    ],
    "tax_is_remitted_by_policy": [
        f"update orders.orders set withheld = 0 where id = {_WITHHELD}",
        f"update orders.orders set tax_added = not tax_added where id = {_WITHHELD}",
    ],
}
PAYMENTS: Final = {
    "exchange_is_at_its_rate": [
        "update payments.exchange set into_amount = into_amount + 1",
        "update payments.exchange set numerator = numerator + 1",
        "update payments.exchange set into_back = into_back - 1 where back > 0",
    ],
    "exchange_is_posted": [
        "update payments.exchange set back = back - 1 where back > 0",
        "update payments.exchange set gain = gain - 1",
        "delete from payments.exchange",
        "delete from ledger.posting where debit = 'fx_gain_loss'",
        "update ledger.posting set credit_subject = 1"
        " where debit = 'fx_position' and credit = 'payable'",
    ],
}
RATES: Final = (("orders", ORDERS), ("payments", PAYMENTS))
