"""Faults planted in chargebacks and store credit; see tests/planted.py."""

from typing import Final

PAYMENTS: Final = {
    "credit_is_sum_of_moves": [
        "update ledger.balance set amount = amount + 1 where account = 'wallet'",
        "delete from payments.credit_move where kind = 'grant'",
    ],
    "credit_pays_what_it_is_drawn_for": [
        "update payments.credit_move set change = change - 1 where kind = 'payment'",
        "update payments.payment set provider = 'sandbox' where provider = 'wallet'",
        "update payments.credit_move set change = change + 1 where kind = 'refund'",
    ],
}
ORDERS: Final = {
    "chargeback_freezes_order": [
        "update orders.orders set charged_back = false where charged_back",
        "update orders.chargeback set state = 'won' where state = 'open'",
        "delete from orders.chargeback_part",
    ],
    "chargeback_is_held_while_open": [
        "update orders.chargeback set state = 'lost' where state = 'open'",
        "update orders.chargeback set amount = amount + 1 where state = 'open'",
    ],
    "chargebacks_within_captured": [
        "update payments.payment set charged_back = 0",
        "update orders.chargeback set state = 'won' where state = 'lost'",
        "update orders.chargeback_part set amount = amount + 1",
    ],
}
MONEY_BACK: Final = (("payments", PAYMENTS), ("orders", ORDERS))
