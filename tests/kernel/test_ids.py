"""Ids: ordered in time, never twice, and shown so that a wrong one is noticed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.kernel import ids
from fondaco.kernel.ids import BadId, Minter, bucket_of, child, parse, root_of, show

MS: Final = 1_000_000  # nanoseconds in a millisecond
START: Final = ids.EPOCH_MS * MS + 10**15
some_id = st.integers(0, 2**63 - 1)


def minter_at(monkeypatch: pytest.MonkeyPatch, *times: int, node: int = 0) -> Minter:
    """A minter whose clock reads these nanoseconds, one after the other, and then the last."""
    readings = list(times)
    monkeypatch.setattr(
        "time.time_ns", lambda: readings.pop(0) if len(readings) > 1 else readings[0]
    )
    return Minter(node)


def test_a_later_id_is_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    mint = minter_at(monkeypatch, START, START + MS, START + 2 * MS)
    minted = [mint() for _ in range(3)]
    assert minted == sorted(set(minted))


def test_order_in_time_holds_between_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    early = minter_at(monkeypatch, START, node=ids.NODES - 1)()
    late = minter_at(monkeypatch, START + MS, node=0)()
    assert early < late


def test_two_nodes_in_the_same_millisecond_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    mints = [minter_at(monkeypatch, START, node=node) for node in range(ids.NODES)]
    minted = {mint() for mint in mints for _ in range(100)}
    assert len(minted) == ids.NODES * 100


def test_a_full_millisecond_runs_on_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    mint = minter_at(monkeypatch, START)
    minted = [mint() for _ in range(2000)]  # a millisecond holds 512
    assert minted == sorted(set(minted))


def test_a_clock_that_steps_back_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mint = minter_at(monkeypatch, START, START - 3_600_000 * MS)
    minted = [mint() for _ in range(1000)]
    assert minted == sorted(set(minted))


def test_threads_share_a_minter() -> None:
    mint = Minter(3)
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [mint() for _ in range(2000)], range(8)))
    assert len({id_ for batch in batches for id_ in batch}) == 16_000
    assert all(batch == sorted(batch) for batch in batches)


def test_ids_fit_a_signed_64_bit_column_for_decades(monkeypatch: pytest.MonkeyPatch) -> None:
    sixty_years = 60 * 365 * 86_400_000 * MS
    mint = minter_at(monkeypatch, ids.EPOCH_MS * MS + sixty_years, node=ids.NODES - 1)
    assert mint() < 2**63


@pytest.mark.parametrize("node", [-1, ids.NODES])
def test_a_node_out_of_range_is_refused(node: int) -> None:
    with pytest.raises(ValueError, match="node"):
        Minter(node)


@given(some_id, st.integers(1, ids.MAX_CHILDREN))
def test_a_child_names_its_root(any_id: int, number: int) -> None:
    root = root_of(any_id)
    one = child(root, number)
    assert root_of(one) == root
    assert root < one < root + 64


def test_children_of_a_root_differ() -> None:
    root = Minter(0)()
    assert root_of(root) == root
    assert len({child(root, n) for n in range(1, ids.MAX_CHILDREN + 1)}) == ids.MAX_CHILDREN


@pytest.mark.parametrize("number", [0, ids.MAX_CHILDREN + 1, -1])
def test_a_root_has_63_children(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 63"):
        child(0, number)


@given(some_id, st.integers(1, 1024))
def test_a_whole_deal_lives_in_one_bucket(any_id: int, buckets: int) -> None:
    bucket = bucket_of(any_id, buckets)
    assert 0 <= bucket < buckets
    assert bucket_of(root_of(any_id), buckets) == bucket


def test_a_single_server_has_one_bucket() -> None:
    assert {bucket_of(n << 20, 1) for n in range(100)} == {0}


def test_neighbouring_roots_spread_over_the_buckets() -> None:
    mint = Minter(0)
    counts = [0] * 16
    for _ in range(16_000):
        counts[bucket_of(mint(), 16)] += 1
    assert min(counts) > 500, "a thousand each, give or take"


def test_an_id_can_be_asked_for_a_bucket() -> None:
    mint = Minter(0, buckets=64)
    assert all(bucket_of(mint(bucket), 64) == bucket for bucket in range(64))


@given(some_id)
def test_what_is_shown_can_be_read_back(any_id: int) -> None:
    assert parse("ord", show("ord", any_id)) == any_id


@given(some_id, some_id)
def test_shown_ids_sort_like_the_numbers(one: int, other: int) -> None:
    assert (show("ord", one) < show("ord", other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ord_",
        "pay_0000000000000",
        "ord_000000000000",
        "ord_00000000000000",
        "ord_000000000000i",
        "ord_000000000000L",
        "ord_000000000000é",
        "ORD_0000000000000",
        "ord_0000000000000\n",
        "ord_ 000000000000",
        "0000000000000",
        "ord_zzzzzzzzzzzzz",
        "ord_8000000000000",
    ],
)
def test_what_is_no_such_id_is_refused(text: str) -> None:
    with pytest.raises(BadId):
        parse("ord", text)


def test_a_bad_id_does_not_echo_a_long_text() -> None:
    with pytest.raises(BadId) as caught:
        parse("ord", "x" * 10_000)
    assert len(str(caught.value)) < 200
