"""Nobody is paid who is like somebody listed, until a person has said who it is."""

from random import Random
from typing import Any

import pytest

from fondaco import parties, payments, risk
from fondaco.kernel import Refused
from fondaco.payments import PayOut, PayoutRefusal
from fondaco.payments.payout_decisions import decide_payout
from fondaco.payments.payout_model import (
    DecidePayout,
    PayoutDecisionRefusal,
    PayoutEvery,
    SetPayoutPolicy,
)
from fondaco.payments.payout_terms import set_payout_policy
from fondaco.risk import DecideHit, Entry, HitRefusal, ImportList, ImportRefusal, Screen
from tests.world import World

BADEGE = Entry("1", ("ERIC BADEGE", "Eric Badeje"))
OTHER = Entry("2", ("SOMEBODY ELSE ENTIRELY",))


async def named(world: World, name: str) -> int:
    """A seller of this name who is owed 90.00."""
    seller = await world.seller()
    await world.rows(f"update parties.organisation set name = '{name}' where id = {seller}")
    await world.sell(await world.offer(seller, 100_00))
    return seller


async def listed(world: World, version: str, *entries: Entry, name: str = "test") -> Any:
    wish = ImportList(name=name, version=version, entries=entries)
    return await world.do(risk.import_list, wish)


async def paid(world: World, seller: int) -> bool:
    """Ask for a payout of a euro; whether it was made, and not held back."""
    [answer] = await world.batch(
        payments.pay_out, [PayOut(seller=seller, currency="EUR", amount=1_00)]
    )
    if isinstance(answer, Refused):
        assert answer.code == PayoutRefusal.UNDER_REVIEW
        assert "list" not in answer.detail, "the seller must not be warned"
        return False
    return True


async def hits(world: World, state: str = "open") -> list[Any]:
    return await risk.hits(world.database, state, 0, 100)


async def test_without_any_list_everybody_is_paid(world: World) -> None:
    assert await paid(world, await named(world, "Eric Badege"))
    assert await hits(world) == []


async def test_a_seller_like_a_listed_name_is_not_paid_and_another_is(world: World) -> None:
    eric, lamps = await named(world, "Badege, Eric"), await named(world, "Lamps and More")
    await listed(world, "2026-11", BADEGE, OTHER)
    assert not await paid(world, eric)
    assert await paid(world, lamps)
    [hit] = await hits(world)
    assert (hit["party"], hit["name"], hit["listed_name"]) == (eric, "Badege, Eric", "ERIC BADEGE")
    assert (hit["list"], hit["version"], hit["entry"], hit["score"]) == (
        "test",
        "2026-11",
        "1",
        100,
    )
    assert await world.balance("payable", eric) == 90_00, "it stays owed"
    assert await world.broken() == []


async def test_owners_are_compared_too(world: World) -> None:
    seller = await named(world, "Lamps and More")
    owner = (await world.do(parties.register, parties.Register(name="Eric Badeje"))).id
    clerk = (await world.do(parties.register, parties.Register(name="Somebody Else Entirely"))).id
    await listed(world, "1", BADEGE, OTHER)
    assert await paid(world, seller)
    for person, role in ((owner, parties.Role.OWNER), (clerk, parties.Role.CLERK)):
        wish = parties.Join(organisation=seller, person=person, role=role)
        await world.do(parties.join, wish)
    assert not await paid(world, seller), "a new owner is noticed at once"
    assert [hit["name"] for hit in await hits(world)] == ["Eric Badeje"]


async def test_a_cleared_hit_stays_cleared_until_its_entry_changes(world: World) -> None:
    eric = await named(world, "Eric Badege")
    await listed(world, "1", BADEGE)
    assert not await paid(world, eric)
    [hit] = await hits(world)
    clear = DecideHit(hit=hit["id"], same=False, by="Ann", reason="born 1990, not 1971")
    assert (await world.do(risk.decide_hit, clear)).state == "cleared"
    assert await paid(world, eric)
    await listed(world, "2", BADEGE, OTHER)
    assert await paid(world, eric), "nothing new about the entry"
    await listed(world, "3", Entry("1", (*BADEGE.names, "The Badger")))
    assert not await paid(world, eric)
    [again] = await hits(world)
    assert (again["version"], again["id"] != hit["id"]) == ("3", True)
    assert await world.broken() == []


async def test_a_confirmed_hit_holds_until_the_entry_is_no_more(world: World) -> None:
    eric = await named(world, "Eric Badege")
    await listed(world, "1", BADEGE)
    assert not await paid(world, eric)
    [hit] = await hits(world)
    await world.do(risk.decide_hit, DecideHit(hit=hit["id"], same=True, by="Ann", reason="id card"))
    assert not await paid(world, eric)
    await listed(world, "2", OTHER)
    assert await paid(world, eric)
    assert [one["id"] for one in await hits(world, "withdrawn")] == [hit["id"]]
    late = DecideHit(hit=hit["id"], same=False, by="Ann", reason="too late")
    assert await world.refused(risk.decide_hit, late) == HitRefusal.WITHDRAWN
    await listed(world, "3", BADEGE)
    assert not await paid(world, eric), "listed again, open again"
    assert await world.broken() == []


async def test_a_payout_that_waits_is_not_approved_past_a_hit(world: World) -> None:
    eric = await named(world, "Eric Badege")
    policy = SetPayoutPolicy(currency="EUR", every=PayoutEvery.REQUEST, approval_above=50)
    await world.do(set_payout_policy, policy)
    waits = await world.do(payments.pay_out, PayOut(seller=eric, currency="EUR", by="Bob"))
    assert waits.state == "awaiting_approval"
    await listed(world, "1", BADEGE)
    approve = DecidePayout(payout=waits.id, approve=True, by="Ann")
    assert await world.refused(decide_payout, approve) == PayoutDecisionRefusal.UNDER_REVIEW
    [hit] = await hits(world)
    clear = DecideHit(hit=hit["id"], same=False, by="Ann", reason="another person")
    await world.do(risk.decide_hit, clear)
    assert (await world.do(decide_payout, approve)).state == "approved"


async def test_the_sweep_compares_everybody_when_a_list_changes(world: World) -> None:
    erics = [await named(world, f"Eric Badege {'I' * n}") for n in range(3)]
    assert await risk.screen_due(world.database) == 0, "there are no lists"
    for version, entries in (("1", (OTHER,)), ("2", (BADEGE, OTHER))):
        await listed(world, version, *entries)
        while await risk.screen_due(world.database):
            pass
    assert sorted(hit["party"] for hit in await hits(world)) == sorted(erics)
    late = await named(world, "Somebody Else, Entirely")
    while await risk.screen_due(world.database):
        pass
    assert late in [hit["party"] for hit in await hits(world)], "a new seller is taken in"
    assert await world.broken() == []


async def test_a_version_is_imported_once(world: World) -> None:
    first = await listed(world, "1", BADEGE)
    again = await listed(world, "1", BADEGE)
    assert (first.changed, again.changed, first.entries) == (True, False, 1)
    other = ImportList(name="test", version="1", entries=(OTHER,))
    assert await world.refused(risk.import_list, other) == ImportRefusal.VERSION_TAKEN
    empty = ImportList(name="test", version="2", entries=())
    assert await world.refused(risk.import_list, empty) == ImportRefusal.EMPTY
    unknown = DecideHit(hit=1, same=True, by="Ann", reason="?")
    assert await world.refused(risk.decide_hit, unknown) == HitRefusal.UNKNOWN_HIT
    assert await world.broken() == []


async def test_versions_of_two_lists_in_one_batch_stand_side_by_side(world: World) -> None:
    wishes = [
        ImportList(name=name, version=version, entries=(entry,))
        for name, version, entry in (("a", "1", BADEGE), ("b", "1", BADEGE), ("a", "2", OTHER))
    ]
    await world.batch(risk.import_list, wishes)
    found = {row["name"]: row["version"] for row in await risk.lists(world.database)}
    assert found == {"a": "2", "b": "1"}
    eric = await named(world, "Eric Badege")
    screened = await world.batch(risk.screen, [Screen(party=eric), Screen(party=eric)])
    assert [one.barred for one in screened] == [True, True]
    assert [hit["list"] for hit in await hits(world)] == ["b"]


@pytest.mark.parametrize("seed", range(4))
async def test_who_is_paid_is_what_a_clerk_with_the_lists_on_paper_says(
    world: World, seed: int
) -> None:
    dice = Random(seed)
    people = ("Eric Badege", "Frank Kakolele", "Gaston Iyamuremye")
    sellers = [await named(world, name) for name in people]
    on_paper: dict[str, int] = {}
    cleared: set[tuple[str, int]] = set()
    edition = 0
    for turn in range(12):
        match dice.randrange(3):
            case 0:
                on_paper = {name: dice.choice((1, 2)) for name in people if dice.random() < 0.6} | {
                    "Somebody Else": 1
                }
                entries = tuple(
                    Entry(name, (name.upper(), *(["An Alias"] if form == 2 else [])))
                    for name, form in sorted(on_paper.items())
                )
                edition += 1
                await listed(world, f"{turn}", *entries)
            case 1:
                while await risk.screen_due(world.database):
                    pass
                for hit in await hits(world):
                    wish = DecideHit(hit=hit["id"], same=False, by="Ann", reason="looked at it")
                    await world.do(risk.decide_hit, wish)
                    cleared.add((hit["entry"], on_paper[hit["entry"]]))
            case _:
                who = dice.randrange(3)
                form = on_paper.get(people[who])
                may = form is None or (people[who], form) in cleared
                assert await paid(world, sellers[who]) is may
    assert edition
    assert await world.broken() == []
