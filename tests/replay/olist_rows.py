"""Olist files for the tests: written from rows, sampled, or invented with all that can be odd."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tests.replay.olist_oracle import Files

COLUMNS = {
    "orders": (
        "order_id", "customer_id", "order_status", "order_purchase_timestamp",
        "order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date",
    ),
    "order_items": (
        "order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value",
        "shipping_limit_date",
    ),
    "order_payments": (
        "order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value",
    ),
}  # fmt: skip
STATUSES = (
    "created", "approved", "invoiced", "processing", "shipped", "delivered", "canceled",
    "unavailable",
)  # fmt: skip
DAY = datetime(2018, 3, 1, 12, tzinfo=UTC)


def order(id_: str, status: str, *days: int | None, customer: str = "") -> dict[str, str]:
    """An order bought, approved, handed over and delivered so many days after the first."""
    times = [time(day) for day in (*days, None, None, None, None)[:4]]
    values = (id_, customer or f"c{id_}", status, times[0] or time(0), *times[1:])
    return dict(zip(COLUMNS["orders"], values, strict=True))


def time(day: int | None) -> str:
    return "" if day is None else f"{DAY + timedelta(days=day):%Y-%m-%d %H:%M:%S}"


def item(id_: str, no: int, product: str, seller: str, price: str, freight: str) -> dict[str, str]:
    values = (id_, str(no), product, seller, price, freight, "")
    return dict(zip(COLUMNS["order_items"], values, strict=True))


def payment(id_: str, no: int, value: str) -> dict[str, str]:
    values = (id_, str(no), "credit_card", "1", value)
    return dict(zip(COLUMNS["order_payments"], values, strict=True))


def files(*rows: dict[str, str]) -> Files:
    """Rows sorted into their files."""
    sorted_: Files = {name: [] for name in COLUMNS}
    for row in rows:
        name = next(name for name, columns in COLUMNS.items() if set(columns) == set(row))
        sorted_[name].append(row)
    return sorted_


def write(folder: Path, made: Files, kind: str = "csv") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in made.items():
        columns = COLUMNS[name]
        if kind == "parquet":
            table = {column: [row[column] for row in rows] for column in columns}
            pq.write_table(
                pa.table(table, schema=pa.schema([(column, pa.string()) for column in columns])),
                folder / f"{name}.parquet",
            )
            continue
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def some(made: Files, random: Random) -> Files:
    """Some rows of each file, each file as thinned out as chance has it."""
    kept = {}
    for name, rows in made.items():
        share = random.choice((1.0, 0.9, 0.5))
        kept[name] = [row for row in rows if random.random() < share]
    return kept


def invented(random: Random, count: int = 60) -> Files:
    """Orders of every status: unpaid and overpaid, of nothing, of several sellers, out of order."""
    rows = []
    for number in range(count):
        id_ = f"o{number}"
        days = [random.choice((None, random.randrange(40))) for _ in range(4)]
        customer = f"c{random.randrange(count)}"
        rows.append(order(id_, random.choice(STATUSES), *days, customer=customer))
        due = 0
        for no in range(1, random.choice((0, 1, 1, 1, 2, 3, 5)) + 1):
            price = random.choice((0, 5, 14, 15, random.randrange(100_000)))
            freight = random.choice((0, random.randrange(5_000)))
            due += price + freight
            product, seller = f"p{random.randrange(12)}", f"s{random.randrange(6)}"
            rows.append(item(id_, no, product, seller, money(price), money(freight)))
        over = random.choice((0, 0, 0, random.randrange(-500, 500)))
        left = random.choice((0, due + over, due + over, due + over, 4_200))
        for no in range(1, random.choice((0, 1, 1, 1, 2, 4)) + 1):
            part = random.choice((left, random.randrange(left + 1))) if left > 0 else 0
            left -= part
            rows.append(payment(id_, no, money(part)))
    return files(*rows)


def money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


LAMP = item("o", 1, "lamp", "anna", "99.95", "10.05")
PAID = payment("o", 1, "110.00")
