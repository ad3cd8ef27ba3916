"""Bringing the books out on the command line."""

import asyncio
import csv
import json
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from fondaco.kernel.ids import show
from tests.cli.conftest import Fondaco
from tests.world import open_world


class Sold(NamedTuple):
    """A seller, an order that it settled, and the month of it."""

    seller: str
    order: str
    month: str


@pytest.fixture
def sold(url: str) -> Sold:
    """One order of 50.00 that settled at 10 %."""

    async def work() -> Sold:
        async with open_world(url) as world:
            seller = await world.seller()
            placed = await world.sell(await world.offer(seller, 50_00))
            month = f"{world.clock():%Y-%m}"
            return Sold(show("sel", seller), show("ord", placed.orders[0].id), month)

    return asyncio.run(work())


def test_the_trial_balance_of_now_and_of_before(fondaco: Fondaco, sold: Sold) -> None:
    now = fondaco("books", "trial-balance")
    assert "payable" in now.out
    assert "45.00 EUR" in now.out
    lines = json.loads(fondaco("books", "trial-balance", "--json").out)["lines"]
    assert {one["account"] for one in lines} >= {"payable", "commission", "escrow"}
    before = json.loads(fondaco("books", "trial-balance", "--json", "--at", "2001-01-01").out)
    assert before == {"at": "2001-01-01T00:00:00Z", "lines": []}
    wrong = fondaco("books", "trial-balance", "--at", "yesterday")
    assert (wrong.status, "is not a time like" in wrong.err) == (2, True)


def test_an_account_is_told_line_by_line(fondaco: Fondaco, sold: Sold) -> None:
    told = fondaco("books", "history", "payable", sold.seller).out.splitlines()
    assert len(told) == 1
    assert "settlement" in told[0]
    assert "-45.00 EUR" in told[0]
    assert len(fondaco("books", "history", "escrow", sold.order).out.splitlines()) > 1
    nothing = fondaco("books", "history", "reserve", sold.seller).out
    assert "Nothing ever moved" in nothing
    assert fondaco("books", "history", "payable", "nobody").status == 2
    other = fondaco("books", "history", "bridge", sold.order)
    assert (other.status, "no history of 'bridge'" in other.err) == (2, True)


@pytest.mark.usefixtures("sold")
def test_the_journal_is_the_same_in_both_formats(fondaco: Fondaco, tmp_path: Path) -> None:
    far = ("--to", "2100-01-01")
    assert "postings are in" in fondaco("books", "export", tmp_path / "j.csv", *far).out
    fondaco("books", "export", tmp_path / "j.parquet", *far)
    with (tmp_path / "j.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "j.parquet").to_pylist()
    assert len(rows) == len(table) > 3
    for text, row in zip(rows, table, strict=True):
        assert text.pop("at") == row.pop("at").isoformat()
        assert text == {name: str(value) for name, value in row.items()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j.csv", "j.parquet"]


@pytest.mark.usefixtures("sold")
def test_an_export_that_cannot_be_written_leaves_nothing(fondaco: Fondaco, tmp_path: Path) -> None:
    assert fondaco("books", "export", tmp_path / "journal.xls").status == 2
    lost = fondaco("books", "export", tmp_path / "no" / "j.csv")
    assert lost.status == 1
    assert "cannot write" in lost.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["pdf", "csv", "json"])
def test_a_statement_is_drawn_up(fondaco: Fondaco, sold: Sold, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"statement.{suffix}"
    month = ("--month", sold.month, "--currency", "EUR", "--out", out)
    said = fondaco("books", "statement", sold.seller, *month)
    assert "0.00 EUR and 1 events make 45.00 EUR" in said.out, said.err
    body = out.read_bytes()
    if suffix == "pdf":
        assert body.startswith(b"%PDF")
    elif suffix == "csv":
        rows = list(csv.DictReader(body.decode().splitlines()))
        assert [row["kind"] for row in rows] == ["opening", "settlement", "closing"]
        assert [row["balance"] for row in rows] == ["0.00", "45.00", "45.00"]
        assert rows[1]["commission"] == "-5.00"
    else:
        assert json.loads(body)["closing"] == {"payable": 45_00}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("--month", "October", "--currency", "EUR", "--out", "x.pdf"), "does not match"),
        (("--month", "2026-10", "--currency", "XXY", "--out", "x.pdf"), "not an ISO 4217"),
        (("--month", "2026-10", "--currency", "EUR", "--out", "x.doc"), "should end in"),
    ],
)
def test_a_statement_that_cannot_be_drawn_up_says_why(
    fondaco: Fondaco, sold: Sold, wrong: tuple[str, ...], why: str
) -> None:
    said = fondaco("books", "statement", sold.seller, *wrong)
    assert (said.status, why in said.err) == (2, True), said.err
