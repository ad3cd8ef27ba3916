"""Sanction lists and hits over the API: the operator decides, nobody else sees."""

from collections.abc import AsyncIterator

import pytest

from fondaco import risk
from fondaco.kernel import Sent, run
from fondaco.kernel.ids import parse
from fondaco.kernel.settings import Settings
from fondaco.payments.providers.sandbox import LocalSandbox
from tests.edge.conftest import Shop
from tests.fresh import fresh_database
from tests.world import open_world


@pytest.fixture
async def shop(server_url: str) -> AsyncIterator[Shop]:
    """A furnished shop with a database of its own, where seller A is listed and owed money."""
    async with fresh_database(server_url) as url, open_world(url) as world:
        own = Shop(world.database, LocalSandbox(), Settings(rate_limit=0))
        await own.furnish()
        entry = risk.Entry("7", ("SELLER A",))
        wish = risk.ImportList(name="ofac", version="2026-11", entries=(entry,))
        await run(own.database, risk.import_list, [Sent(wish, "test", "list")])
        await run(
            own.database, risk.screen,
            [Sent(risk.Screen(party=parse("sel", own.ids["a"])), "test", "screen")],
        )  # fmt: skip
        yield own


async def test_a_hit_is_listed_decided_and_shown_with_who_and_why(shop: Shop) -> None:
    [one] = (await shop.get("/api/screening/lists")).json()["lists"]
    assert (one["name"], one["version"], one["entries"]) == ("ofac", "2026-11", 1)
    [hit] = (await shop.get("/api/screening/hits")).json()["hits"]
    assert (hit["seller"], hit["name"], hit["listed_name"]) == (
        shop.ids["a"], "Seller a", "SELLER A",
    )  # fmt: skip
    refused = await shop.post("/api/payouts", {"currency": "EUR"}, "a")
    assert (refused.status_code, refused.json()["code"]) == (409, "under_review")
    path = f"/api/screening/hits/{hit['id']}/decision"
    body = {"same": False, "reason": "another company, see its register"}
    assert await shop.made(path, body) == {"state": "cleared"}
    [seen] = (await shop.get("/api/screening/hits?state=cleared")).json()["hits"]
    assert seen["reason"] == body["reason"]
    assert seen["decided_by"].startswith("operator:")
    again = await shop.post("/api/payouts", {"currency": "EUR"}, "a")
    assert again.json()["code"] == "nothing_owed"


async def test_sellers_and_buyers_see_and_decide_nothing(shop: Shop) -> None:
    [hit] = (await shop.get("/api/screening/hits")).json()["hits"]
    for who in ("a", "buyer"):
        for path in ("/api/screening/lists", "/api/screening/hits"):
            assert (await shop.get(path, who)).status_code == 403
        path = f"/api/screening/hits/{hit['id']}/decision"
        answer = await shop.post(path, {"same": False, "reason": "I am not"}, who)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("hit", "body", "status", "code"),
    [
        ("hit_0000000000000", {"same": True, "reason": "x"}, 404, "unknown_hit"),
        ("nonsense", {"same": True, "reason": "x"}, 404, "not_found"),
        ("hit_0000000000000", {"same": True, "reason": ""}, 422, "invalid_body"),
        ("hit_0000000000000", {"reason": "x"}, 422, "invalid_body"),
    ],
)
async def test_a_bad_decision_is_refused(
    shop: Shop, hit: str, body: dict[str, object], status: int, code: str
) -> None:
    answer = await shop.post(f"/api/screening/hits/{hit}/decision", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
