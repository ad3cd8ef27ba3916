"""The replay against a clerk in plain Python, over invented files and any part of the real ones."""

import os
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from fondaco.replay.olist import Figures, run
from tests.replay.olist_oracle import Files, expected
from tests.replay.olist_rows import COLUMNS, invented, some, write

DATA = Path(os.environ.get("FONDACO_DATA", "../shared/data")) / "olist"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"no Olist files in {DATA}")


def shown(figures: Figures, like: dict[str, Any]) -> dict[str, Any]:
    """The figures that can be compared; of the rows left out, how many."""
    found = msgspec.to_builtins(figures) | {"breaks": len(figures.breaks)}
    return {name: found[name] for name in like}


def check(folder: Path, server_url: str, made: Files) -> None:
    wanted = expected(made)
    assert shown(run(folder, url=server_url), wanted) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_invented_orders(tmp_path: Path, server_url: str, seed: int) -> None:
    random = Random(seed)
    made = some(invented(random), random)
    check(write(tmp_path / "olist", made, random.choice(("csv", "parquet"))), server_url, made)


def rows_of(name: str) -> list[dict[str, str]]:
    table = pq.read_table(DATA / f"{name}.parquet", columns=list(COLUMNS[name]))
    return [
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in table.to_pylist()
    ]


@real
@pytest.mark.parametrize("seed", range(3))
def test_any_part_of_the_real_files(tmp_path: Path, server_url: str, seed: int) -> None:
    random = Random(seed)
    orders = random.sample(rows_of("orders"), 400)
    chosen = {row["order_id"] for row in orders}
    made: Files = {"orders": orders}
    for name in ("order_items", "order_payments"):
        made[name] = [row for row in rows_of(name) if row["order_id"] in chosen]
    made = some(made, random)
    check(write(tmp_path / "olist", made, random.choice(("csv", "parquet"))), server_url, made)


@real
@pytest.mark.parametrize("absent", ["order_items", "order_payments"])
def test_the_real_orders_without_a_file(tmp_path: Path, server_url: str, absent: str) -> None:
    made = {name: rows_of(name) for name in COLUMNS if name != absent}
    chosen = {row["order_id"] for row in made["orders"][:300]}
    made = {name: [r for r in rows if r["order_id"] in chosen] for name, rows in made.items()}
    check(write(tmp_path / "olist", made), server_url, made)


@real
def test_the_real_files_whole(server_url: str) -> None:
    wanted = expected({name: rows_of(name) for name in COLUMNS})
    figures = run(DATA, url=server_url)
    assert shown(figures, wanted) == wanted
    assert (figures.purchases, figures.orders, figures.lines) == (12_249, 11_861, 13_450)
    assert figures.captured == 206_833_519
    assert figures.captured == (
        figures.goods + figures.freight + figures.difference + figures.unapplied
    )
