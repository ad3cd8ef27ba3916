"""The real Olist files, where they are at hand, read whole and to the cent."""

import os
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fondaco.replay.olist_files import read_olist

DATA = Path(os.environ.get("FONDACO_DATA", "../shared/data")) / "olist"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no Olist files in {DATA}")
def test_the_real_files_read_whole_and_to_the_cent() -> None:
    data = read_olist(DATA)
    source = {
        name: pq.read_table(DATA / f"{name}.parquet")
        for name in ("orders", "order_items", "order_payments")
    }
    items = [item for order in data.orders for item in order.items]
    payments = [payment for order in data.orders for payment in order.payments]
    assert data.breaks == []
    assert len(data.orders) == source["orders"].num_rows == 12_249
    assert len(items) == source["order_items"].num_rows == 13_450
    assert len(payments) == source["order_payments"].num_rows
    for column, cents in (
        (source["order_items"]["price"], [item.price for item in items]),
        (source["order_items"]["freight_value"], [item.freight for item in items]),
        (source["order_payments"]["payment_value"], [payment.amount for payment in payments]),
    ):
        assert sum(cents) == 100 * sum(Decimal(str(amount)) for amount in column.to_pylist())
