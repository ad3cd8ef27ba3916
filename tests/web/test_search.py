"""The search page: what it finds and says, by every link on it."""

import asyncio
import re
from html import unescape
from pathlib import Path

import pytest

from fondaco import kernel, search
from fondaco.demo import catalogue
from tests.web.conftest import get

SHOP = catalogue.load()
NAME = re.compile(r'<h3><a href="/products/[\w-]+">(.*?)</a></h3>')
PRICE = re.compile(r"</small> ([\d.,]+) EUR</p>")
NEXT = re.compile(r'class="next"><a href="(.*?)"')


@pytest.fixture(scope="module")
def searched_url(market_url: str) -> str:
    """The furnished market, its news delivered."""

    async def deliver() -> None:
        database = await kernel.connect(market_url)
        await kernel.subscribe(database, [search.SUBSCRIBER])
        await kernel.deliver_all(database, [search.SUBSCRIBER])
        await database.close()

    asyncio.run(deliver())
    return market_url


def found(text: str) -> list[str]:
    """The products of a page."""
    return [unescape(name) for name in NAME.findall(text)]


def link(text: str, name: str) -> str:
    """Where a link of a page leads, by its words."""
    [href] = re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(name)}</a>', text)
    return unescape(href)


def test_what_is_misspelt_is_found_and_said(searched_url: str, pictures_home: Path) -> None:
    text = get(searched_url, pictures_home, "/search?q=expresso+machne").text
    assert "Results for “expresso machne”" in text
    assert "Showing results for <b>espresso machine" in text
    assert found(text)[0] == "Automatic Espresso Machine"
    assert 'value="expresso machne"' in text, "what was typed is kept"


def test_all_that_is_listed_is_shown_once_page_by_page(
    searched_url: str, pictures_home: Path
) -> None:
    shown: list[str] = []
    path: str | None = "/search?sort=price_up"
    prices: list[float] = []
    while path:
        text = get(searched_url, pictures_home, path).text
        shown += found(text)
        prices += [float(price.replace(",", "")) for price in PRICE.findall(text)]
        following = NEXT.search(text)
        path = unescape(following[1]) if following else None
    assert sorted(shown) == sorted(one.name for one in SHOP.products)
    assert prices == sorted(prices)


def test_a_category_leads_in_and_out_again(searched_url: str, pictures_home: Path) -> None:
    text = get(searched_url, pictures_home, "/search?q=machine").text
    [(name, count)] = re.findall(r'">(Coffee Machines) \((\d+)\)</a>', text)
    inside = get(searched_url, pictures_home, link(text, f"{name} ({count})")).text
    assert len(found(inside)) == int(count)
    assert set(found(inside)) <= set(found(text))
    assert found(get(searched_url, pictures_home, link(inside, f"{name} ({count})")).text) == found(
        text
    )


def test_a_price_leads_in_and_out_again(searched_url: str, pictures_home: Path) -> None:
    text = get(searched_url, pictures_home, "/search?q=machine").text
    name, count = re.findall(r">([\d.]+ EUR to [\d.]+ EUR) \((\d+)\)</a>", text)[0]
    inside = get(searched_url, pictures_home, link(text, f"{name} ({count})")).text
    assert len(found(inside)) == int(count)
    assert found(get(searched_url, pictures_home, link(inside, "Any price")).text) == found(text)


@pytest.mark.parametrize("words", ["xyzzy", "😀", "%00", "' or 1=1 --", "%E2%80%AE", "a" * 200])
def test_no_words_lead_to_an_empty_page(searched_url: str, pictures_home: Path, words: str) -> None:
    answer = get(searched_url, pictures_home, f"/search?q={words}")
    assert answer.status_code == 200
    assert found(answer.text)


def test_what_was_typed_is_shown_as_text(searched_url: str, pictures_home: Path) -> None:
    text = get(searched_url, pictures_home, "/search?q=%22%3E%3Cb%3Elamp").text
    assert '"><b>lamp' not in text
    assert "&lt;b&gt;lamp" in text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("category=cat_06ypdpjjg0160", 404, "There is no such category here."),
        ("after=prd_06ypdpjjg0160", 404, "is not found any more"),
        ("category=x", 400, "category"),
        ("min_price=-1", 400, "min_price"),
        ("sort=best", 400, "sort"),
        (f"q={'a' * 201}", 400, "q"),
    ],
)
def test_what_cannot_be_asked_is_said(
    searched_url: str, pictures_home: Path, query: str, status: int, words: str
) -> None:
    answer = get(searched_url, pictures_home, f"/search?{query}")
    assert (answer.status_code, words in answer.text) == (status, True)


def test_where_no_market_is_open_nothing_is_found(empty_url: str, tmp_path: Path) -> None:
    answer = get(empty_url, tmp_path, "/search?q=lamp")
    assert (answer.status_code, "No market is open here yet." in answer.text) == (404, True)
