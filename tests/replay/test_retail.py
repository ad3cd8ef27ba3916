"""The Online Retail replay: examples of each class of rows, and a clerk over any part of them."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fondaco.replay.retail import Figures, Reason, Unreadable, run
from tests.replay.retail_oracle import COLUMNS, Rows, expected

DATA = Path(os.environ.get("FONDACO_DATA", "../shared/data")) / "online_retail"
Trade = Callable[..., Figures]


def row(
    invoice: str, code: str, quantity: int, price: str, customer: str = "17850", minute: int = 0
) -> dict[str, str]:
    date = f"2011-05-{1 + minute // 1440:02d} {minute // 60 % 24:02d}:{minute % 60:02d}:00"
    return dict(zip(COLUMNS, (invoice, code, str(quantity), date, price, customer), strict=True))


@pytest.fixture
def traded(tmp_path: Path, server_url: str) -> Trade:
    """Replay some rows, out of one file or several."""

    def trade(*files: Rows) -> Figures:
        for number, rows in enumerate(files):
            with (tmp_path / f"{number}.csv").open("w", newline="") as target:
                writer = csv.DictWriter(target, COLUMNS)
                writer.writeheader()
                writer.writerows(rows)
        return run(tmp_path, url=server_url)

    return trade


def shown(found: Figures, like: dict[str, Any]) -> dict[str, Any]:
    figures = msgspec.to_builtins(found)
    counted = found.lines + found.cancellations_matched + sum(found.reported.values())
    assert counted == found.rows, "no row is dropped silently"
    assert len(found.breaks) == sum(found.reported.values())
    kept = found.captured - found.refunded
    assert kept == found.vat - found.refunded_vat + found.commission + found.seller_net
    return {name: figures[name] for name in like}


def test_a_sale_and_a_cancellation_of_a_part(traded: Trade) -> None:
    found = traded([row("1", "85123A", 3, "1.00"), row("C2", "85123a", -2, "1.0", minute=9)])
    assert (found.captured, found.vat, found.units) == (300, 50, 3)
    assert (found.refunded, found.refunded_vat) == (200, 34), "17 + 17 + 16 pence of VAT"
    assert (found.commission, found.seller_net) == (10, 74)
    assert (found.cancellations_matched, found.violations) == (1, 0)


def test_the_latest_earlier_sale_is_taken_back_first(traded: Trade) -> None:
    sales = [row(str(no), "1", units, "5.00", minute=no) for no, units in ((1, 2), (2, 7), (8, 9))]
    back = [row("C5", "1", -8, "5.00", minute=5), row("C6", "1", -1, "5.00", minute=6)]
    late = [row("C7", "1", -1, "5.00", minute=7)]
    found = traded(sales + back + late)
    assert (found.cancellations_matched, found.cancellations_unmatched) == (2, 1)
    assert found.refunded == 9 * 500
    assert "takes back 1 units of 1, of which 0 are known" in found.breaks[0]
    assert found.breaks[0].startswith("0.csv line 7:")


@pytest.mark.parametrize(
    ("reason", "bad"),
    [
        (Reason.UNREADABLE, row("9", "1", 0, "1.00")),
        (Reason.UNREADABLE, row("9", "1", 1, "0.001")),
        (Reason.UNREADABLE, row("9", "1", 1, "1.00") | {"InvoiceDate": "yesterday"}),
        (Reason.UNREADABLE, row("9", "1", 1, "1.00") | {"InvoiceDate": ""}),
        (Reason.UNREADABLE, row("1", "1", 1, "1.00", customer="12345")),
        (Reason.UNREADABLE, row("9", "1", 1_000_001, "1.00")),
        (Reason.ADJUSTMENT, row("A9", "B", 1, "-11062.06")),
        (Reason.NO_SALE, row("9", "AMAZONFEE", 1, "18.00")),
        (Reason.NO_SALE, row("C9", "D", -1, "5.00")),
        (Reason.NO_SALE, row("9", "gift_0001_20", 1, "17.00")),
        (Reason.NEGATIVE_QUANTITY, row("9", "1", -1, "0.0")),
        (Reason.POSITIVE_CANCELLATION, row("C9", "1", 1, "1.00")),
        (Reason.NEGATIVE_PRICE, row("9", "1", 1, "-1.00")),
        (Reason.NO_PRICE, row("9", "1", 1, "0.0")),
        (Reason.NO_PRICE, row("9", "1", 1, "")),
        (Reason.CANCELLATION_WITHOUT_CUSTOMER, row("C9", "1", -1, "1.00", customer="")),
        (Reason.CANCELLATION_WITHOUT_SALE, row("C9", "1", -3, "1.00", minute=1)),
        (Reason.CANCELLATION_WITHOUT_SALE, row("C9", "1", -1, "1.01", minute=1)),
        (Reason.CANCELLATION_WITHOUT_SALE, row("C9", "2", -1, "1.00", minute=1)),
        (Reason.CANCELLATION_WITHOUT_SALE, row("C9", "1", -1, "1.00", "12345", minute=1)),
    ],
)
def test_a_row_that_is_not_traded_is_named(
    traded: Trade, reason: Reason, bad: dict[str, str]
) -> None:
    found = traded([row("1", "1", 2, "1.00")], [bad])
    assert found.reported == {reason.value: 1}
    assert [one.partition(":")[0] for one in found.breaks] == ["1.csv line 2"]
    assert (found.rows, found.lines, found.captured, found.refunded) == (2, 1, 200, 0)


def test_postage_is_sold_with_the_goods_and_taken_back_like_them(traded: Trade) -> None:
    sale = [row("1", "1", 1, "1.00"), row("1", "POST", 1, "18.00")]
    found = traded([*sale, row("C2", "POST", -1, "18.00", minute=1)])
    assert (found.lines, found.captured, found.refunded, found.reported) == (2, 1900, 1800, {})


def test_invoices_without_a_customer_are_of_somebody_each(traded: Trade) -> None:
    found = traded([row("1", "1", 1, "1.00", ""), row("2", "1", 1, "1.00", "")])
    assert (found.purchases, found.captured, found.violations) == (2, 200, 0)


def test_nothing_to_trade(traded: Trade) -> None:
    found = traded([])
    assert (found.rows, found.purchases, found.captured, found.violations) == (0, 0, 0, 0)


def test_a_folder_or_file_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"no \.parquet, \.csv or \.csv\.gz file"):
        run(tmp_path, url="postgresql://nobody@127.0.0.1:1/none")
    (tmp_path / "other.csv").write_text("InvoiceNo,StockCode\n1,2\n")
    with pytest.raises(Unreadable, match=r"other\.csv lacks the columns Quantity, InvoiceDate"):
        run(tmp_path, url="postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize("seed", range(4))
def test_invented_invoices(traded: Trade, seed: int) -> None:
    random = Random(seed)
    rows = []
    for _ in range(400):
        number = random.randrange(90)
        customer = "" if number % 7 == 0 else f"1700{number % 4}"
        kind = random.choice(("", "", "", "", "C", "C", "C", "A"))
        sign = -1 if kind == "C" or random.random() < 0.03 else 1
        code = random.choice(("1", "2", "2a", "2A", "3", "POST", "S"))
        price = random.choice(("0.29", "1.25", "1.25", "7", "0", "", "-3.10", "0.015"))
        units = sign * random.choice((0, 1, 1, 2, 3, 7, 13))
        rows.append(row(kind + str(number), code, units, price, customer, number * 31))
    wanted = expected(rows)
    assert wanted["cancellations_matched"] > 3
    assert shown(traded(rows[:150], rows[150:]), wanted) == wanted


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no Online Retail files in {DATA}")
@pytest.mark.parametrize("seed", range(3))
def test_any_part_of_the_real_files(traded: Trade, seed: int) -> None:
    random = Random(seed)
    [file] = sorted(DATA.glob("*.parquet"))
    columns = [pq.read_table(file)[name].cast(pa.large_string()).to_pylist() for name in COLUMNS]
    rows = [
        dict(zip(COLUMNS, (value or "" for value in values), strict=True))
        for values in zip(*columns, strict=True)
    ]
    customers = sorted({one["CustomerID"] for one in rows})
    chosen = set(random.sample(customers, 25))
    some = [
        one
        for one in rows
        if (one["CustomerID"] in chosen and one["CustomerID"]) or random.random() < 0.003
    ]
    some = [one for one in some if random.random() < 0.9]
    wanted = expected(some)
    assert wanted["lines"] > 1000
    assert shown(traded(some), wanted) == wanted
