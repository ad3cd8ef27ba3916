"""When things happen in a replay, and what is left of it."""

import asyncio
import os
import tempfile
from pathlib import Path

import asyncpg
import pytest

from fondaco import kernel
from fondaco.kernel.embedded import Embedded
from fondaco.replay.olist import ReplayError, replay, run
from fondaco.replay.olist_files import read_olist
from tests.fresh import fresh_database
from tests.replay.olist_rows import LAMP, PAID, files, item, order, payment, write

SHORT = files(order("o", "delivered", 0), LAMP, PAID)

_DAYS = """
with deal as (
    select distinct j.cause, p.id as purchase
    from ledger.journal j join orders.purchase p on p.id = j.root >> 6 << 6
), happened as (
    select id as purchase, 'placed' as what, placed_at as at from orders.purchase
    union all
    select o.purchase, 'order ' || t.dst, t.at
    from kernel.transition t join orders.orders o on o.id = t.entity
    union all
    select deal.purchase, j.kind, j.at from ledger.journal j join deal using (cause)
    union all
    select o.purchase, 'parcel ' || e.kind, e.at
    from shipping.event e join shipping.parcel l on l.id = e.parcel
    join orders.orders o on o.id = l."order"
)
select p.reference, h.what,
    array_agg(distinct extract(day from h.at - timestamptz '2018-03-01 12:00+00')::int) as days
from happened h join orders.purchase p on p.id = h.purchase
group by p.reference, h.what
"""


async def days_of(url: str, folder: Path) -> dict[tuple[str, str], list[int]]:
    """On which days after the first each thing happened to each order."""
    database = await kernel.connect(url)
    try:
        await replay(database, read_olist(folder))
    finally:
        await database.close()
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(_DAYS)
    finally:
        await connection.close()
    return {(row["reference"], row["what"]): row["days"] for row in rows}


async def test_every_step_has_its_own_recorded_time(tmp_path: Path, server_url: str) -> None:
    """Also where the files have a parcel handed over before its order was approved."""
    made = files(
        order("o", "delivered", 0, 5, 3, 9), LAMP, PAID,
        order("x", "canceled", 0, 1, 7),
        item("x", 1, "rug", "bela", "10.00", "0.00"), payment("x", 1, "10.00"),
    )  # fmt: skip
    async with fresh_database(server_url) as url:
        days = await days_of(url, write(tmp_path / "olist", made))
    assert days == {
        ("o", "placed"): [0],
        ("o", "capture"): [5],
        ("o", "order paid"): [5],
        ("o", "order shipped"): [3],
        ("o", "parcel handed_over"): [3],
        ("o", "parcel delivered"): [9],
        ("o", "order delivered"): [9],
        ("o", "order confirmed"): [9],
        ("o", "order settled"): [9],
        ("o", "settlement"): [9],
        ("x", "placed"): [0],
        ("x", "capture"): [1],
        ("x", "order paid"): [1],
        ("x", "order cancelled"): [7],
        ("x", "refund"): [7],
        ("x", "refund_paid"): [7],
    }


async def databases(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row["datname"] for row in await connection.fetch("select datname from pg_database")}
    finally:
        await connection.close()


embedded = pytest.mark.skipif(
    "FONDACO_DATABASE_URL" in os.environ, reason="another server is used than the embedded one"
)


@embedded
def test_nothing_is_left_of_a_temporary_server(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    assert run(write(tmp_path / "olist", SHORT)).settled_orders == 1
    assert list(home.iterdir()) == []


@embedded
async def test_nothing_is_left_in_the_server_of_a_home(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "olist", SHORT)
    with Embedded.start(home) as server:
        before = await databases(server.url("postgres"))
        figures = await asyncio.to_thread(run, folder, home)
        assert await databases(server.url("postgres")) == before
    assert figures.settled_orders == 1


@embedded
async def test_nothing_is_left_of_a_replay_that_failed(home: Path, tmp_path: Path) -> None:
    crowd = [item("o", no, "lamp", f"s{no}", "1.00", "0.00") for no in range(1, 65)]
    folder = write(tmp_path / "olist", files(order("o", "created", 0), *crowd))
    with Embedded.start(home) as server:
        before = await databases(server.url("postgres"))
        with pytest.raises(ReplayError):
            await asyncio.to_thread(run, folder, home)
        assert await databases(server.url("postgres")) == before
