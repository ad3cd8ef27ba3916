"""Results keep their shape in JSON, and a missed target is called missed."""

import io
import json
import platform
from pathlib import Path

import pytest
from rich.console import Console

from fondaco.bench.report import (
    Record,
    Result,
    misses,
    read_record,
    table,
    this_machine,
    write_record,
    write_results,
)

RESULTS = [
    Result("floor", 1000, 12000.0, 1.0),
    Result("engine", 1000, 6500.0, 0.54, detail={"memory": {"server": 1}}),
    Result("http", 256, 2600.0, None, 80.5, 200.0),
    Result("hot", 256, 5000.0, detail={"sold": 1000}),
]


def test_the_json_is_a_list_with_every_field_in_every_object(tmp_path: Path) -> None:
    write_results(tmp_path / "new" / "out.json", RESULTS)
    read = json.loads((tmp_path / "new" / "out.json").read_text())
    assert [list(each) for each in read] == [
        ["name", "variant", "rate_per_s", "ratio_to_floor", "p50_ms", "p99_ms", "detail"]
    ] * len(RESULTS)
    assert read[2] == {
        "name": "http",
        "variant": 256,
        "rate_per_s": 2600.0,
        "ratio_to_floor": None,
        "p50_ms": 80.5,
        "p99_ms": 200.0,
        "detail": {},
    }


def test_either_form_is_read_back(tmp_path: Path) -> None:
    machine = this_machine("18.6")
    write_results(tmp_path / "bare.json", RESULTS)
    write_record(tmp_path / "kept.json", Record(machine, RESULTS))
    assert read_record(tmp_path / "bare.json") == (None, RESULTS)
    assert read_record(tmp_path / "kept.json") == (machine, RESULTS)


def test_the_machine_is_described_but_not_named() -> None:
    machine = this_machine("18.6")
    assert machine.cpu
    assert machine.cores >= 1
    assert machine.memory_gib > 0
    assert machine.postgresql == "18.6"
    assert platform.node() not in str(machine)


def test_targets_that_are_met_are_not_missed() -> None:
    assert misses(RESULTS) == []


@pytest.mark.parametrize(
    ("result", "missed"),
    [
        (Result("engine", 1000, 4999.0, 0.9), ["engine at 1,000: 5,000/s"]),
        (Result("engine", 1000, 9000.0, 0.49), ["engine at 1,000: half the floor"]),
        (Result("engine", 100, 10.0, 0.1), []),
        (Result("http", 256, 2499.0, None, 1.0, 250.0), ["http at 256: 2,500/s"]),
        (Result("http", 1, 1.0, None, 8.0, 9.0), ["http at 1: p50 < 8 ms"]),
        (Result("bulk", 1000, 3999.0), ["bulk at 1,000: 4,000/s"]),
        (Result("hot", 256, 1.0, detail={"sold": 1001}), ["hot at 256: sold 1,000"]),
        (
            Result("rich", 1000, 9.0, detail={"ratio_to_plain": 0.66}),
            ["rich at 1,000: two thirds of plain"],
        ),
        (Result("rich", 1000, 9.0, detail={"ratio_to_plain": 0.67}), []),
        (
            Result("settlements", 100_000, 9.0, detail={"seconds": 60.0}),
            ["settlements at 100,000: under 60 s"],
        ),
        (
            Result("payouts", 10_000, 9.0, detail={"seconds": 61.0}),
            ["payouts at 10,000: under 60 s"],
        ),
        (Result("payouts", 10_000, 9.0, detail={"seconds": 59.0}), []),
        (Result("hot", 256, 1.0), ["hot at 256: sold 1,000"]),
    ],
)
def test_a_target_that_is_missed_is_named(result: Result, missed: list[str]) -> None:
    assert misses([result])[:1] == missed


def test_growth_is_judged_against_its_first_size() -> None:
    rates = {10**4: 1000.0, 10**5: 800.0, 10**6: 799.0}
    growth = [Result("growth", size, rate) for size, rate in rates.items()]
    assert misses(growth) == ["growth at 1,000,000: within 20%"]


def test_the_table_shows_verdicts() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(table([RESULTS[1], Result("bulk", 1000, 10.0)]))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "✓ 5,000/s, ✓ half the floor" in shown
    assert "✗ 4,000/s" in shown
