"""The Olist files of a folder as checked, joined orders; what cannot be used is named.

Reads `orders`, `order_items` and `order_payments`, each as .parquet, .csv or .csv.gz and also
under its Kaggle name (`olist_orders_dataset.csv`); `customers`, `sellers` and `products` only add
to them. Any subset of files and rows will do, as long as there are orders.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from fondaco.replay import fields, olist_rows, tables
from fondaco.replay.olist_model import (
    OlistCustomer,
    OlistData,
    OlistItem,
    OlistOrder,
    OlistPayment,
    OlistSeller,
    OlistStatus,
)
from fondaco.replay.tables import Break, Unreadable

__all__ = [
    "Break",
    "OlistCustomer",
    "OlistData",
    "OlistItem",
    "OlistOrder",
    "OlistPayment",
    "OlistSeller",
    "OlistStatus",
    "Unreadable",
    "read_olist",
]

_TRADE: Final = ("order_items", "order_payments")
_ENRICHING: Final = ("customers", "sellers", "products")
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def read_olist(folder: Path) -> OlistData:
    """Every usable order of the folder, and every row that is not, by file and line.

    A row with a broken field is left out alone; items and payments of an order that is left out
    or absent are reported one by one. Raises Unreadable if the folder has no orders file, or if
    orders, items or payments cannot be read at all (an enriching file gives a notice instead).
    """
    reading = _Reading(folder)
    customers = reading.keyed("customers", olist_rows.customer)
    orders = reading.keyed("orders", lambda *row: olist_rows.order(customers, *row))
    items = reading.keyed("order_items", lambda *row: olist_rows.item(orders, *row))
    payments = reading.keyed("order_payments", lambda *row: olist_rows.payment(orders, *row))
    items_of, payments_of = _by_order(items), _by_order(payments)
    return OlistData(
        orders=[
            msgspec.structs.replace(
                order, items=tuple(items_of[order_id]), payments=tuple(payments_of[order_id])
            )
            for order_id, order in orders.items()
        ],
        sellers=reading.keyed("sellers", olist_rows.seller),
        categories={
            product: category
            for product, category in reading.keyed("products", olist_rows.category).items()
            if category
        },
        customers=customers,
        breaks=reading.breaks,
        notices=reading.notices,
    )


class _Reading:
    """One pass over a folder, gathering what to report."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Unreadable(f"{folder} is not a folder")
        self.folder = folder
        self.breaks: list[Break] = []
        self.notices: list[str] = []

    def keyed(self, name: str, make: Callable[..., tuple[Key, Value]]) -> dict[Key, Value]:
        """The rows of a file by key, made by `make`; broken and repeated ones are reported."""
        table = self._table(name)
        kept: dict[Key, Value] = {}
        if table is None:
            return kept
        broken = list(table.breaks)
        line_of: dict[Key, int] = {}
        for line, row in table.rows:
            try:
                key, value = make(*row)
            except fields.BadField as error:
                broken.append(Break(table.file, line, str(error)))
                continue
            if key in kept:
                reason = f"repeats {_shown(key)} of line {line_of[key]}"
                broken.append(Break(table.file, line, reason))
                continue
            kept[key], line_of[key] = value, line
        self.breaks += sorted(broken, key=lambda each: each.line)
        return kept

    def _table(self, name: str) -> tables.Table | None:
        paths = tables.locate(self.folder, (name, f"olist_{name}_dataset"))
        if not paths:
            self._absent(name)
            return None
        self.notices += [f"{other.name} was not read: {paths[0].name} was" for other in paths[1:]]
        try:
            return tables.read(paths[0], olist_rows.COLUMNS[name])
        except Unreadable as error:
            if name not in _ENRICHING:
                raise
            self.notices.append(f"{error}; went on without")
            return None

    def _absent(self, name: str) -> None:
        if name == "orders":
            raise Unreadable(
                "there is no orders file: expected orders.parquet, orders.csv or "
                f"olist_orders_dataset.csv in {self.folder}"
            )
        if name in _TRADE:
            self.notices.append(f"there is no {name} file: no order has any")


def _by_order(rows: dict[tuple[str, int], Value]) -> dict[str, list[Value]]:
    grouped: dict[str, list[Value]] = defaultdict(list)
    for key in sorted(rows):
        grouped[key[0]].append(rows[key])
    return grouped


def _shown(key: Hashable) -> str:
    parts: Iterable[object] = key if isinstance(key, tuple) else (key,)
    return " ".join(map(str, parts))
