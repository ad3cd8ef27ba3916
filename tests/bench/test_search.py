"""The measure of search: its formula, and a run over a little data of the same shape."""

from math import log2
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fondaco import bench
from fondaco.bench import report
from fondaco.bench.command import run_and_show
from fondaco.bench.report import Result
from fondaco.bench.search import ndcg


def test_the_best_order_counts_one_and_what_nobody_judged_nothing() -> None:
    judged = {1: 3.0, 2: 2.0, 3: 1.0}
    assert ndcg([1, 2, 3], judged) == 1
    assert ndcg([], judged) == ndcg([8, 9], judged) == 0
    best = 3 + 2 / log2(3) + 1 / 2
    assert ndcg([9, 1], judged) == pytest.approx(3 / log2(3) / best)
    assert ndcg([3, 2, 1], judged) == pytest.approx((1 + 2 / log2(3) + 3 / 2) / best)


def test_what_was_judged_beyond_ten_places_is_not_asked_for() -> None:
    judged = dict.fromkeys(range(20), 2.0)
    assert ndcg(list(range(10)), judged) == 1
    assert ndcg([*[99] * 10, *range(10)], judged) == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three products and two questions, one of them misspelt."""
    titles = ["Brass lamp", "Oak desk 5/8 in.", "Lawn sprinkler"]
    products = {"product_uid": [1, 2, 3], "product_title": titles}
    labels = {
        "search_term": ["sprkinler lawn", "oak desk"],
        "product_uid": [3, 2],
        "relevance": [3.0, 2.0],
    }
    pq.write_table(pa.table(products), tmp_path / "products.parquet")
    pq.write_table(pa.table(labels), tmp_path / "labels_dev.parquet")
    return tmp_path


def test_search_is_measured_beside_postgresqls_own(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    ours, other = run_and_show("search", None, kept, 1.0, folder)
    assert (ours.detail["ndcg_at_10"], ours.detail["empty_share"]) == (1, 0)
    assert (other.detail["ndcg_at_10"], other.detail["empty_share"]) == (0.5, 0.5)
    assert ours.detail["products"] == 3
    assert report.read_record(kept)[1] == [ours, other]


def test_targets_are_judged() -> None:
    good = {"ndcg_at_10": 0.4, "p95_ms": 20.0, "empty_share": 0.0}
    assert report.misses([Result("search", 1, 50.0, detail=good)]) == []
    for name, value in (("ndcg_at_10", 0.3), ("p95_ms", 31.0), ("empty_share", 0.1)):
        assert len(report.misses([Result("search", 1, 50.0, detail=good | {name: value})])) == 1


def test_without_data_it_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"products\.parquet"):
        bench.run(only="search")
    with pytest.raises(ValueError, match="cannot be read"):
        bench.run(only="search", folder=tmp_path / "nowhere")
