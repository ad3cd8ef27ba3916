"""The picture is made from whatever was measured."""

from pathlib import Path

import pytest

from fondaco.bench.picture import draw, main
from fondaco.bench.report import Record, Result, this_machine, write_record

RESULTS = [
    Result("floor", 1000, 12000.0, 1.0),
    *(Result("engine", 10**power, 200.0 * 4**power, 0.1) for power in range(4)),
    Result("rich", 1000, 9100.0, 0.7, detail={"plain": 12800.0, "ratio_to_plain": 0.71}),
    Result("life", 1000, 2000.0, 0.2),
    Result("settlements", 100_000, 4000.0, detail={"seconds": 25.0}),
    Result("payouts", 10_000, 2000.0, detail={"seconds": 5.25}),
    *(Result("http", n, 90.0 * n**0.6, None, n / 4, n / 2, {"ceiling": 9000}) for n in (1, 256)),
    Result("bulk", 1000, 4500.0),
    Result("hot", 256, 5000.0, detail={"sold": 1000, "units": 1000, "attempts": 50000}),
    *(Result("growth", 10**power, 8000.0 - power) for power in (4, 5, 6)),
]


def words(path: Path) -> str:
    """Text of an SVG; each string stands as a comment before its outlines."""
    return path.read_text(encoding="utf-8")


def test_all_that_was_measured_is_in_the_picture(tmp_path: Path) -> None:
    write_record(tmp_path / "kept.json", Record(this_machine("18.6"), RESULTS))
    assert main([str(tmp_path / "kept.json"), str(tmp_path / "bench")]) == 0
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")
    shown = words(tmp_path / "bench.svg")
    for title in (
        "Engine",
        "HTTP: purchases",
        "HTTP: answer",
        "Life and bulk",
        "Full runs",
        "Growth",
    ):
        assert title in shown
    for number in (
        "floor: bare COPY 12,000",
        "12,800",
        "4,500",
        "1,000 sold",
        "7,994",
        "9,100",
        "5.2",
    ):
        assert number in shown


def test_a_panel_without_results_is_left_out(tmp_path: Path) -> None:
    vector, _ = draw([RESULTS[-1]], None, tmp_path / "one")
    assert "Growth" in words(vector)
    assert "Engine" not in words(vector)


def test_more_sold_than_there_were_is_not_called_exact(tmp_path: Path) -> None:
    oversold = Result("hot", 256, 5000.0, detail={"sold": 1003, "units": 1000})
    assert "NOT exact" in words(draw([oversold], None, tmp_path / "hot")[0])


def test_the_same_results_give_the_same_file(tmp_path: Path) -> None:
    first, _ = draw(RESULTS, None, tmp_path / "a")
    second, _ = draw(RESULTS, None, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_nothing_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no result"):
        draw([], None, tmp_path / "none")


def test_usage() -> None:
    assert main([]) == 2
