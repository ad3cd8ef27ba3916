"""The replay: how each status ends, and what becomes of money over, under and for nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fondaco.replay.olist import Figures, ReplayError, TopSeller, Unreadable, run
from tests.replay.olist_rows import LAMP, PAID, STATUSES, files, item, order, payment, write

Trade = Callable[..., Figures]


@pytest.fixture
def traded(tmp_path: Path, server_url: str) -> Trade:
    """Replay some rows."""

    def trade(*rows: dict[str, str]) -> Figures:
        return run(write(tmp_path / "olist", files(*rows)), url=server_url)

    return trade


HELD = {"escrow_open": 11_000, "units_on_hand": 1, "units_reserved": 1}
ENDS = {
    "created": HELD,
    "approved": HELD,
    "invoiced": HELD,
    "processing": HELD,
    "shipped": {"escrow_open": 11_000},
    "delivered": {
        "settled_orders": 1, "settled_gross": 11_000, "commission": 1_000, "seller_net": 10_000
    },
    "canceled": {"refunded": 11_000, "units_on_hand": 1},
    "unavailable": {"refunded": 11_000, "units_on_hand": 1},
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_an_order_goes_as_far_as_its_status(traded: Trade, status: str) -> None:
    found = traded(order("o", status, 0, 1, 2, 9), LAMP, PAID)
    ends = {"refunded": 0, "units_on_hand": 0, "units_reserved": 0} | ENDS[status]
    for name in ("escrow_open", "settled_orders", "settled_gross", "commission", "seller_net"):
        assert getattr(found, name) == ends.get(name, 0), name
    assert {name: getattr(found, name) for name in ends} == ends
    assert (found.captured, found.goods, found.freight, found.violations) == (
        11_000,
        9_995,
        1_005,
        0,
    )


@pytest.mark.parametrize(
    ("status", "paid", "difference", "refunded", "left"),
    [
        ("delivered", ("120.00",), 1_000, 0, 1_000),
        ("delivered", ("100.00",), -1_000, 0, -1_000),
        ("delivered", (), -11_000, 0, -11_000),
        ("delivered", ("0.00",), -11_000, 0, -11_000),
        ("canceled", ("120.00",), 1_000, 12_000, 0),
        ("canceled", ("60.00", "40.00"), -1_000, 10_000, 0),
        ("unavailable", ("60.00", "0.00", "90.00"), 4_000, 15_000, 0),
        ("canceled", (), -11_000, 0, 0),
    ],
)
def test_money_over_or_under_is_a_difference(
    traded: Trade, status: str, paid: tuple[str, ...], difference: int, refunded: int, left: int
) -> None:
    payments = [payment("o", no, value) for no, value in enumerate(paid, 1)]
    found = traded(order("o", status, 0), LAMP, *payments)
    assert (found.difference, found.refunded, found.difference_open) == (difference, refunded, left)
    assert found.settled_gross == (11_000 if status == "delivered" else 0)
    assert (found.escrow_open, found.unapplied, found.violations) == (0, 0, 0)


@pytest.mark.parametrize(
    ("status", "refunded"),
    [("delivered", 0), ("created", 0), ("canceled", 500), ("unavailable", 500)],
)
def test_money_for_nothing_is_unapplied(traded: Trade, status: str, refunded: int) -> None:
    found = traded(order("o", status, 0), payment("o", 1, "3.00"), payment("o", 2, "2.00"))
    assert (found.purchases, found.orders, found.unapplied) == (1, 0, 500)
    assert (found.refunded, found.unapplied_open) == (refunded, 500 - refunded)
    assert found.violations == 0


def test_an_order_of_nothing_that_nobody_paid(traded: Trade) -> None:
    found = traded(order("o", "canceled", 0))
    assert (found.purchases, found.orders, found.captured, found.violations) == (1, 0, 0, 0)


def test_each_seller_of_a_purchase_has_an_order(traded: Trade) -> None:
    found = traded(
        order("o", "delivered", 0, 0, 1, 2),
        item("o", 1, "lamp", "anna", "10.00", "1.00"),
        item("o", 2, "lamp", "bela", "9.00", "2.00"),
        item("o", 3, "rug", "anna", "0.05", "0.00"),
        item("o", 4, "lamp", "carl", "9.00", "2.00"),
        item("o", 5, "lamp", "dora", "1.00", "0.00"),
        payment("o", 1, "34.05"),
    )
    assert (found.purchases, found.orders, found.lines, found.settled_orders) == (1, 4, 5, 4)
    assert found.commission == 100 + 90 + 1 + 90 + 10, "half a cent is rounded up"
    assert found.top_sellers == [
        TopSeller("bela", 1_010), TopSeller("carl", 1_010), TopSeller("anna", 1_004)
    ]  # fmt: skip
    assert found.violations == 0


def test_a_called_off_purchase_of_several_sellers_goes_back_whole(traded: Trade) -> None:
    found = traded(
        order("o", "canceled", 0),
        item("o", 1, "lamp", "anna", "10.00", "1.00"),
        item("o", 2, "rug", "bela", "20.00", "1.00"),
        payment("o", 1, "5.00"),
        payment("o", 2, "25.00"),
    )
    assert (found.orders, found.difference, found.refunded) == (2, -200, 3_000)
    assert (found.difference_open, found.escrow_open, found.violations) == (0, 0, 0)


def test_names_that_make_no_slug(traded: Trade) -> None:
    longest = "x" * 90
    found = traded(
        order(longest, "delivered", 0, customer=longest),
        item(longest, 1, longest, longest, "1.00", "0.00"),
        item(longest, 2, "Señor Lámpara", longest, "1.00", "0.00"),
        item(longest, 3, "a_b", "S", "1.00", "0.00"),
        item(longest, 4, "a-b", "s", "1.00", "0.00"),
        payment(longest, 1, "4.00"),
    )
    assert (found.orders, found.lines, found.breaks, found.violations) == (3, 4, [], 0)


def test_no_orders_at_all(traded: Trade) -> None:
    found = traded()
    assert (found.purchases, found.captured, found.top_sellers) == (0, 0, [])
    assert found.purchases_per_second == 0


def test_rows_left_out_are_named(traded: Trade) -> None:
    found = traded(order("o", "delivered", 0), LAMP, PAID, item("x", 1, "lamp", "anna", "1", "0"))
    assert found.breaks == ["order_items.csv line 3: order x is not in the orders file"]
    assert found.lines == 1


def test_progress_is_told_to_the_end(tmp_path: Path, server_url: str) -> None:
    told: list[tuple[str, int, int]] = []
    folder = write(tmp_path / "olist", files(order("o", "delivered", 0), LAMP, PAID))
    run(folder, url=server_url, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "reading", "furnishing", "trading", "checking"
    ]  # fmt: skip
    for stage in ("reading", "furnishing", "trading", "checking"):
        last = [step for step in told if step[0] == stage][-1]
        assert last[1] == last[2], stage


def test_a_refused_purchase_stops_the_replay_and_is_named(traded: Trade) -> None:
    crowd = [item("big", no, "lamp", f"s{no}", "1.00", "0.00") for no in range(1, 65)]
    with pytest.raises(ReplayError, match=r"orders\.place.*\nolist big: too_many_sellers"):
        traded(order("big", "created", 0), *crowd, order("o", "delivered", 0), LAMP, PAID)


def test_a_folder_without_orders_is_refused_before_any_server_starts(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no orders file"):
        run(tmp_path, url="postgresql://nobody@127.0.0.1:1/none")
