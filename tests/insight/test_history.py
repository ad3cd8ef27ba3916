"""Reading the books back: one account, a past instant, the whole journal."""

from datetime import timedelta

import pytest

from fondaco import ledger
from tests.scratch import scratch_url as scratch_url
from tests.world import World, open_world


async def test_an_account_is_told_posting_by_posting_with_its_balance(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 50_00)
    for _ in range(5):
        await world.sell(lamp)
    whole = await ledger.history(world.database, "payable", seller, ledger.Place(), 100)
    assert [one.balance for one in whole] == [-45_00 * n for n in range(1, 6)]
    paged: list[ledger.Entry] = []
    place = ledger.Place()
    while page := await ledger.history(world.database, "payable", seller, place, 2):
        paged += page
        place = ledger.place_after(page, place)
    assert paged == whole
    order = whole[0].other_subject
    escrow = await ledger.history(world.database, "escrow", order, ledger.Place(), 100)
    assert escrow[0].kind == "capture"
    assert escrow[-1].balance == 0


async def test_a_past_trial_balance_is_what_it_was_then(scratch_url: str) -> None:
    async with open_world(scratch_url) as world:
        lamp = await world.offer(await world.seller(), 10_00, units=50)
        known = {}
        for _ in range(4):
            await world.sell(lamp)
            known[world.clock()] = await ledger.trial_balance(world.database)
            world.clock.advance(hours=1)
        for at, lines in known.items():
            assert await ledger.trial_balance_at(world.database, at) == lines
        assert await ledger.trial_balance_at(world.database, min(known) - timedelta(days=1)) == []


async def test_the_journal_is_read_whole_in_chunks(
    scratch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fondaco.ledger.entries._CHUNK", 7)
    async with open_world(scratch_url) as world:
        begin = world.clock()
        lamp = await world.offer(await world.seller(), 10_00, units=50)
        for _ in range(5):
            await world.sell(lamp)
        until = world.clock() + timedelta(seconds=1)
        chunks = [rows async for rows in ledger.journals(world.database, begin, until)]
        assert {len(rows) for rows in chunks[:-1]} == {7}
        [count] = await world.rows(
            "select count(*) as n from ledger.posting p join ledger.journal j"
            " on j.bucket = p.bucket and j.id = p.journal where j.at >= :begin and j.at < :until",
            begin=begin,
            until=until,
        )
        assert sum(map(len, chunks)) == count["n"]
        assert [rows async for rows in ledger.journals(world.database, until, until)] == []
