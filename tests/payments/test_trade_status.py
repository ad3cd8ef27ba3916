"""Every state that an order can be in has a name of Alipay's."""

import re
from pathlib import Path

from fondaco.payments import TRADE_STATUS

SCHEMA = Path(__file__).parents[2] / "docs" / "internals" / "schema.sql"


def test_every_state_of_an_order_has_a_name() -> None:
    found = re.search(
        r"orders_state_check CHECK \(\(state = ANY \(ARRAY\[(.+?)\]", SCHEMA.read_text()
    )
    assert found is not None
    assert set(re.findall(r"'(\w+)'", found[1])) == set(TRADE_STATUS)
    assert set(TRADE_STATUS.values()) == {
        "WAIT_BUYER_PAY", "WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED",
        "TRADE_CLOSED",
    }  # fmt: skip
