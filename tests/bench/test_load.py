"""Percentiles are values that were measured, and a summary says what the load did."""

from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.bench.load import Load, percentile, summarise


@pytest.mark.parametrize(
    ("share", "value"), [(0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.99, 99), (1, 100)]
)
def test_nearest_rank(share: float, value: float) -> None:
    assert percentile(range(100, 0, -1), share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_at_least_the_share_lies_at_or_below(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < max(share * len(values), 1)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_a_share_is_no_percentage() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile([1.0], 99)


def test_summary_tells_milliseconds_and_rates() -> None:
    load = Load(
        clients=2,
        seconds=2.0,
        latencies=array("d", [0.001, 0.002, 0.003, 0.1]),
        statuses=Counter({201: 3, 409: 1}),
        errors=Counter(dropped=1),
        reconnects=1,
    )
    told = summarise(load, {"sold": 3}, cpu_seconds=0.5, peak_rss_bytes=1000)
    assert (told.answers, told.rate_per_s) == (4, 2.0)
    assert (told.p50_ms, told.p99_ms, told.max_ms) == (2.0, 100.0, 100.0)
    assert told.statuses == {201: 3, 409: 1}
    assert told.errors == {"dropped": 1}


def test_summary_of_a_load_without_answers() -> None:
    told = summarise(Load(clients=1), {}, cpu_seconds=0.0, peak_rss_bytes=0)
    assert (told.rate_per_s, told.p50_ms) == (0.0, None)
