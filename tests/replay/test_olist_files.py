"""Reading the Olist files: every row is either in an order or reported by file and line."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from fondaco.replay.olist_files import Break, OlistItem, OlistPayment, read_olist

ORDERS = """order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,\
order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
o1,c1,delivered,2018-01-01 10:00:00,2018-01-02 10:00:00,2018-01-03 10:00:00,2018-01-04 10:00:00,
o2,c2,canceled,2018-02-01 10:00:00,,,,
"""
ITEMS = """order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
o1,2,p2,s2,2018-01-09 00:00:00,0.10,0.00
o1,1,p1,s1,2018-01-08 00:00:00,99.90,27.65
o2,1,p1,s1,,5,1.5
"""
PAYMENTS = """order_id,payment_sequential,payment_type,payment_installments,payment_value
o1,1,credit_card,8,100.00
o1,2,voucher,1,27.65
o2,1,boleto,1,6.50
"""


def write(folder: Path, **texts: str) -> Path:
    """The three files, each as given or as above."""
    files = {"orders": ORDERS, "order_items": ITEMS, "order_payments": PAYMENTS} | texts
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def as_parquet(source: Path, target: Path, types: dict[str, pa.DataType]) -> Path:
    """The same files as Parquet, with typed columns where asked."""
    target.mkdir()
    for path in source.glob("*.csv"):
        options = pyarrow.csv.ConvertOptions(
            column_types={
                name: types.get(name, pa.string())
                for name in path.read_text().splitlines()[0].split(",")
            },
            strings_can_be_null=True,
        )
        table = pyarrow.csv.read_csv(path, convert_options=options)
        pq.write_table(table, target / f"{path.stem}.parquet")
    return target


def only_break(folder: Path) -> Break:
    (found,) = read_olist(folder).breaks
    return found


def test_orders_are_joined_with_their_items_and_payments(tmp_path: Path) -> None:
    data = read_olist(write(tmp_path))
    first, second = data.orders
    assert first.order_id == "o1"
    assert first.items == (
        OlistItem(1, "p1", "s1", 9990, 2765, datetime(2018, 1, 8, tzinfo=UTC)),
        OlistItem(2, "p2", "s2", 10, 0, datetime(2018, 1, 9, tzinfo=UTC)),
    )
    assert first.payments == (
        OlistPayment(1, "credit_card", 8, 10000),
        OlistPayment(2, "voucher", 1, 2765),
    )
    assert second.items == (OlistItem(1, "p1", "s1", 500, 150, None),)
    assert (data.breaks, data.notices) == ([], [])


def test_a_missing_time_is_the_latest_of_the_earlier_ones(tmp_path: Path) -> None:
    head = ORDERS.splitlines()[0] + "\n"
    rows = (
        "a,c,delivered,2018-01-01 10:00:00,,,,\n"
        "b,c,delivered,2018-01-01 10:00:00,2018-01-05 10:00:00,2018-01-03 10:00:00,,\n"
        "d,c,shipped,2018-01-01 10:00:00,,2018-01-03T10:00:00-03:00,,\n"
    )
    (tmp_path / "orders.csv").write_text(head + rows)
    bare, disordered, zoned = read_olist(tmp_path).orders
    assert {bare.approved_at, bare.carrier_at, bare.delivered_at} == {bare.purchased_at}
    assert disordered.carrier_at == datetime(2018, 1, 3, 10, tzinfo=UTC), "recorded times stay"
    assert disordered.delivered_at == datetime(2018, 1, 5, 10, tzinfo=UTC)
    assert zoned.carrier_at == datetime(2018, 1, 3, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",c,delivered,2018-01-01 10:00:00,,,,", "order_id is missing"),
        ("o3,,delivered,2018-01-01 10:00:00,,,,", "customer_id is missing"),
        ("o3,c,lost,2018-01-01 10:00:00,,,,", "order_status 'lost' is unknown"),
        ("o3,c,,2018-01-01 10:00:00,,,,", "order_status is missing"),
        ("o3,c,created,,,,,", "order_purchase_timestamp is missing"),
        ("o3,c,created,soon,,,,", "order_purchase_timestamp 'soon' is not a date and time"),
        ("o3,c,created,0001-01-01,,,,", "'0001-01-01' is not in the years 1970 to 2199"),
        ("o3,c,created,2018-01-01,x,,,", "order_approved_at 'x' is not a date and time"),
        ("o1,c,created,2018-01-01 10:00:00,,,,", "repeats o1 of line 2"),
        ("o3,c,created,2018-01-01", "has 4 fields where the header has 8"),
        ("o3,c,created,2018-01-01,,,,,,", "has 10 fields where the header has 8"),
        ('o3,"c,created,2018-01-01,,,,', "is not a CSV row"),
        ("o\x00,c,created,2018-01-01,,,,", "is not plain UTF-8 text"),
    ],
)
def test_a_broken_order_is_reported_and_left_out(tmp_path: Path, row: str, reason: str) -> None:
    write(tmp_path, orders=ORDERS + row + "\no4,c,created,2018-01-01,,,,\n")
    found = only_break(tmp_path)
    assert (found.file, found.line) == ("orders.csv", 4)
    assert reason in found.reason
    assert [order.order_id for order in read_olist(tmp_path).orders] == ["o1", "o2", "o4"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("o1,3,p,s,,ten,1.00", "price 'ten' is not an amount"),
        ("o1,3,p,s,,1_0,1.00", "price '1_0' is not an amount"),
        ("o1,3,p,s,,,1.00", "price is missing"),
        ("o1,3,p,s,,-1.00,1.00", "price '-1.00' is negative"),
        ("o1,3,p,s,,1.00,-0.01", "freight_value '-0.01' is negative"),
        ("o1,3,p,s,,1.005,1.00", "price '1.005' has more than two decimals"),
        ("o1,3,p,s,,nan,1.00", "price 'nan' is not a finite amount"),
        ("o1,3,p,s,,1.00,inf", "freight_value 'inf' is not a finite amount"),
        ("o1,3,p,s,,1e30,1.00", "price '1e30' is too large"),
        ("o1,3,,s,,1.00,1.00", "product_id is missing"),
        ("o1,3,p,,,1.00,1.00", "seller_id is missing"),
        ("o1,0,p,s,,1.00,1.00", "order_item_id '0' is below 1"),
        ("o1,x,p,s,,1.00,1.00", "order_item_id 'x' is not a whole number"),
        ("o1,3,p,s,never,1.00,1.00", "shipping_limit_date 'never' is not a date and time"),
        ("o1,1,p,s,,1.00,1.00", "repeats o1 1 of line 3"),
        ("o9,1,p,s,,1.00,1.00", "order o9 is not in the orders file"),
        (",1,p,s,,1.00,1.00", "order_id is missing"),
    ],
)
def test_a_broken_item_leaves_the_other_items(tmp_path: Path, row: str, reason: str) -> None:
    write(tmp_path, order_items=ITEMS + row + "\n")
    assert only_break(tmp_path) == Break("order_items.csv", 5, reason)
    assert [len(order.items) for order in read_olist(tmp_path).orders] == [2, 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("o1,3,voucher,1,-5.00", "payment_value '-5.00' is negative"),
        ("o1,3,voucher,1,5.001", "payment_value '5.001' has more than two decimals"),
        ("o1,3,voucher,,5.00", "payment_installments is missing"),
        ("o1,3,,1,5.00", "payment_type is missing"),
        ("o1,2,voucher,1,5.00", "repeats o1 2 of line 3"),
        ("o9,1,voucher,1,5.00", "order o9 is not in the orders file"),
    ],
)
def test_a_broken_payment_leaves_the_others(tmp_path: Path, row: str, reason: str) -> None:
    write(tmp_path, order_payments=PAYMENTS + row + "\n")
    assert only_break(tmp_path) == Break("order_payments.csv", 5, reason)
    assert [len(order.payments) for order in read_olist(tmp_path).orders] == [2, 1]


def test_what_belongs_to_a_broken_order_is_reported_row_by_row(tmp_path: Path) -> None:
    data = read_olist(write(tmp_path, orders=ORDERS.replace("o1,c1,delivered", "o1,c1,lost")))
    gone = "order o1 is not in the orders file"
    assert data.breaks == [
        Break("orders.csv", 2, "order_status 'lost' is unknown"),
        Break("order_items.csv", 2, gone),
        Break("order_items.csv", 3, gone),
        Break("order_payments.csv", 2, gone),
        Break("order_payments.csv", 3, gone),
    ]
    assert [order.order_id for order in data.orders] == ["o2"]


def test_an_amount_is_exact_whatever_its_spelling(tmp_path: Path) -> None:
    amounts = {"0": 0, "7": 700, "0.1": 10, "1.10": 110, "2.500": 250, " 3.05": 305, "1E+1": 1000}
    rows = "".join(f"o1,{n},voucher,1,{text}\n" for n, text in enumerate(amounts, start=1))
    data = read_olist(write(tmp_path, order_payments=PAYMENTS.splitlines()[0] + "\n" + rows))
    assert data.breaks == []
    assert [payment.amount for payment in data.orders[0].payments] == list(amounts.values())


@pytest.mark.parametrize(
    "types",
    [
        {"price": pa.decimal128(12, 2), "payment_value": pa.decimal128(14, 4)},
        {"price": pa.float64(), "freight_value": pa.float32(), "payment_value": pa.float64()},
        {"order_purchase_timestamp": pa.timestamp("us"), "order_approved_at": pa.timestamp("ns")},
        {"order_item_id": pa.int16(), "payment_installments": pa.float64()},
    ],
)
def test_parquet_reads_like_csv(tmp_path: Path, types: dict[str, pa.DataType]) -> None:
    (tmp_path / "csv").mkdir()
    folder = write(
        tmp_path / "csv",
        customers=(
            "customer_id,customer_unique_id,customer_city,customer_state\nc1,u1,são paulo,SP\n"
        ),
        order_items=ITEMS + "o9,1,p,s,,1.00,1.00\n",
    )
    from_csv = read_olist(folder)
    from_parquet = read_olist(as_parquet(folder, tmp_path / "parquet", types))
    assert msgspec.structs.replace(from_parquet, breaks=[]) == msgspec.structs.replace(
        from_csv, breaks=[]
    )
    (found,) = from_parquet.breaks
    assert str(found) == ("order_items.parquet line 5 (row 4): order o9 is not in the orders file")


def test_files_that_only_enrich(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        customers=(
            "customer_id,customer_unique_id,customer_city,customer_state\n"
            'c1,u1,"sao paulo, centro",SP\n'
            "c1,u9,x,SP\n"
        ),
        sellers="seller_id,seller_city,seller_state\ns1,campinas,SP\n",
        products="product_id,product_category_name\np1,bebes\np2,\n",
    )
    data = read_olist(folder)
    assert [order.customer_unique_id for order in data.orders] == ["u1", "c2"]
    assert [order.customer_id for order in data.orders] == ["c1", "c2"]
    assert data.customers["c1"].city == "sao paulo, centro"
    assert data.sellers["s1"].state == "SP"
    assert data.categories == {"p1": "bebes"}
    assert data.breaks == [Break("customers.csv", 3, "repeats c1 of line 2")]


def test_an_enriching_file_that_cannot_be_read_is_done_without(tmp_path: Path) -> None:
    data = read_olist(write(tmp_path, sellers="seller_id,town\ns1,x\n"))
    assert data.sellers == {}
    assert data.notices == [
        "sellers.csv lacks the columns seller_city, seller_state; went on without"
    ]


def test_without_items_or_payments_the_orders_stand_alone(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    data = read_olist(tmp_path)
    assert [(order.items, order.payments) for order in data.orders] == [((), ())] * 2
    assert data.notices == [
        "there is no order_items file: no order has any",
        "there is no order_payments file: no order has any",
    ]


def test_kaggle_names_gzip_quotes_and_a_byte_order_mark(tmp_path: Path) -> None:
    quoted = ORDERS.replace("o1", '"o1"').replace("order_id", '"order_id"', 1)
    (tmp_path / "olist_orders_dataset.csv").write_bytes(b"\xef\xbb\xbf" + quoted.encode())
    with gzip.open(tmp_path / "olist_order_items_dataset.csv.gz", "wt") as packed:
        packed.write(ITEMS.replace("\n", "\r\n"))
    (tmp_path / "olist_order_payments_dataset.csv").write_text(PAYMENTS.replace("\n", "\n\n"))
    data = read_olist(tmp_path)
    assert [(len(order.items), len(order.payments)) for order in data.orders] == [(2, 2), (1, 1)]
    assert data.breaks == []


def test_of_two_files_for_one_name_the_other_is_mentioned(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "olist_orders_dataset.csv").write_text(ORDERS)
    assert read_olist(tmp_path).notices == ["olist_orders_dataset.csv was not read: orders.csv was"]


def test_a_header_alone_means_no_rows(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS.splitlines()[0])
    assert read_olist(tmp_path).orders == []
