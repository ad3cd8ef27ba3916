"""What Alipay calls the states of a trade in escrow, for those who know them by these names."""

from typing import Final

TRADE_STATUS: Final = {
    "created": "WAIT_BUYER_PAY",
    "paid": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "delivered": "WAIT_BUYER_CONFIRM_GOODS",
    "confirmed": "TRADE_FINISHED",
    "settled": "TRADE_FINISHED",
    "expired": "TRADE_CLOSED",
    "cancelled": "TRADE_CLOSED",
}
"""By the state of the order."""
