"""Alipay: page pay through the open platform, signed with RSA2.

The buyer is sent to Alipay's page; what comes of it is told by a signed notification, or found by
a query. Our key is the trade's `out_trade_no`, and a refund's `out_request_no`.
"""

from fondaco.payments.providers.alipay.client import Alipay
from fondaco.payments.providers.alipay.signing import BadKey, Keys

__all__ = ["Alipay", "BadKey", "Keys"]
