"""Searching over HTTP: what is found, pages, and what bad questions are answered."""

from urllib.parse import quote

import pytest

from fondaco import kernel, search
from tests.edge.conftest import Shop


@pytest.fixture
async def path(shop: Shop) -> str:
    """Where the shop's market is searched, all news delivered."""
    await kernel.subscribe(shop.database, [search.SUBSCRIBER])
    await kernel.deliver_all(shop.database, [search.SUBSCRIBER])
    return f"/api/markets/{shop.ids['market']}/search"


async def test_products_are_found_with_their_facets(shop: Shop, path: str) -> None:
    page = (await shop.get(path)).json()
    assert page["total"] == len(page["products"]) >= 1
    assert page["relaxed"] == "nothing"
    assert sum(one["count"] for one in page["prices"]) == page["total"]
    assert sum(one["count"] for one in page["categories"]) == page["total"]
    name = page["products"][0]["name"]
    found = (await shop.get(f"{path}?q={quote(name)}", "buyer")).json()
    assert name in [one["name"] for one in found["products"]]


async def test_pages_lead_to_one_another(shop: Shop, path: str) -> None:
    whole = (await shop.get(path)).json()
    seen: list[str] = []
    following = f"{path}?limit=1"
    while following:
        page = (await shop.get(following)).json()
        seen += [one["id"] for one in page["products"]]
        following = page["next"]
    assert seen == [one["id"] for one in whole["products"]]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("min_price=-1", "min_price"),
        ("max_price=much", "max_price"),
        ("min_price=2&max_price=1", "max_price"),
        ("category=tools", "category"),
        ("category=cat_0000000000000", "category"),
        ("sort=best", "sort"),
        ("in_stock=perhaps", "in_stock"),
        ("after=prd_0000000000000", "after"),
        ("limit=0", "limit"),
        (f"q={'x' * 201}", "q"),
        ("q=%00", "q"),
    ],
)
async def test_a_bad_question_is_answered_precisely(
    shop: Shop, path: str, asked: str, parameter: str
) -> None:
    answer = await shop.get(f"{path}?{asked}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == parameter


async def test_an_unknown_market_is_not_found(shop: Shop) -> None:
    answer = await shop.get("/api/markets/mkt_0000000000000/search?q=lamp")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_market")
