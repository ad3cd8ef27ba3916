"""The bench itself, at a small scale: it must run and measure, whatever the machine."""

import json
from pathlib import Path

import pytest

from fondaco import bench
from fondaco.bench.command import run_and_show


def test_the_engine_is_measured_against_the_floor(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results = run_and_show("engine", file, None, 0.01)
    assert [(r.name, r.variant) for r in results] == [
        ("engine", size) for size in (1, 10, 100, 1000)
    ]
    assert all(r.rate_per_s > 0 and r.ratio_to_floor for r in results)
    assert [one["variant"] for one in json.loads(file.read_text())] == [1, 10, 100, 1000]


def test_growth_keeps_the_books_right(capsys: pytest.CaptureFixture[str]) -> None:
    results = run_and_show("growth", None, None, 0.01)
    assert [r.variant for r in results] == [100, 1_000, 10_000]


def test_an_unknown_load_is_named() -> None:
    with pytest.raises(ValueError, match="there is no bench 'speed'"):
        bench.run(only="speed")


def test_rich_purchases_take_turns_with_plain_ones() -> None:
    [rich] = run_and_show("rich", None, None, 0.01)
    assert (rich.name, rich.variant) == ("rich", 1000)
    assert rich.detail["ratio_to_plain"] == rich.rate_per_s / rich.detail["plain"]


def test_full_runs_settle_every_order_and_pay_every_seller() -> None:
    settled, paid = run_and_show("runs", None, None, 0.01)
    assert (settled.name, settled.variant) == ("settlements", 2_000)
    assert (paid.name, paid.variant) == ("payouts", 100)
    assert 0 < paid.detail["turns_s"] < paid.detail["seconds"]
