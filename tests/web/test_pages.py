"""The front page: what it shows, and what it lets a browser do."""

import re
from html import unescape
from pathlib import Path

import jinja2
import pytest

from fondaco.demo import catalogue
from fondaco.kernel.money import show
from fondaco.web.api import _PAGES
from tests.web.conftest import get

SHOP = catalogue.load()


def test_each_product_shows_its_cheapest_price_and_its_sellers(
    market_url: str, pictures_home: Path
) -> None:
    cards = {
        unescape(name): (price, sellers)
        for name, price, sellers in re.findall(
            r"<h3><a href=.*?>(.*?)</a></h3>\s*<p class=\"price\"><small>from</small> (.*?)</p>\s*"
            r"<p class=\"sellers\">(.*?)</p>",
            get(market_url, pictures_home, "/").text,
        )
    }
    offers = SHOP.offers()
    assert set(cards) == {product.name for product in SHOP.products}
    for product in SHOP.products:
        skus = {variant.sku for variant in product.variants}
        mine = [offer for offer in offers if offer.sku in skus]
        sellers = len({offer.seller for offer in mine})
        price = show(min(offer.price_minor for offer in mine), SHOP.currency)
        assert cards[product.name] == (price, f"{sellers} seller{'s' * (sellers > 1)}")


def test_products_stand_under_their_department(market_url: str, pictures_home: Path) -> None:
    text = get(market_url, pictures_home, "/").text
    shown = [unescape(name) for name in re.findall(r"<h2 id=\"shelf-\d+\">(.*?)</h2>", text)]
    assert shown == [one.name for one in SHOP.categories if one.parent is None]


def test_the_books_before_any_trade_are_zero_and_balanced(
    market_url: str, pictures_home: Path
) -> None:
    text = get(market_url, pictures_home, "/").text
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text))
    assert figures == dict.fromkeys(
        ("Sales", "Held in escrow", "Paid out to sellers", "Trial balance"), "0.00 EUR"
    )
    assert "Every cent is accounted for." in text


def test_an_empty_deployment_says_what_to_do_next(empty_url: str, tmp_path: Path) -> None:
    answer = get(empty_url, tmp_path, "/")
    assert answer.status_code == 200
    assert "no market is open here yet" in answer.text
    for words in ("fondaco demo", "fondaco key issue", "/api/markets"):
        assert words in answer.text


def test_the_page_may_load_from_here_only_and_run_nothing(empty_url: str, tmp_path: Path) -> None:
    answer = get(empty_url, tmp_path, "/")
    policy = answer.headers["content-security-policy"].split("; ")
    assert set(policy) == {
        "default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'",
    }  # fmt: skip
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"
    assert not re.search(r"<script|<style|style=|https?://", answer.text)


def test_pictures_are_kept_for_a_day_and_asked_for_by_their_tag(
    empty_url: str, pictures_home: Path
) -> None:
    name = SHOP.products[0].images[0]
    first = get(empty_url, pictures_home, f"/pictures/{name}")
    assert first.content == catalogue.image_path(name).read_bytes()
    assert first.headers["content-type"] == "image/webp"
    assert first.headers["cache-control"] == "public, max-age=86400"
    again = get(
        empty_url, pictures_home, f"/pictures/{name}", **{"if-none-match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "name",
    ["none.webp", "..%2f..%2fetc%2fpasswd", "%2e%2e", "secret.txt", ".hidden.webp", "a.b.webp"],
)
def test_no_name_leads_to_any_other_file(empty_url: str, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for file in ("secret.txt", ".hidden.webp", "a.b.webp"):
        (folder / file).write_text("not for everybody")
    answer = get(empty_url, tmp_path, f"/pictures/{name}")
    assert answer.status_code == 404
    assert "not for everybody" not in answer.text


def test_what_is_shown_is_escaped_and_nothing_missing_is_overlooked() -> None:
    card = {
        "name": "<b>&", "picture": "", "price": "1", "note": "2", "href": '"', "cheapest": True,
    }  # fmt: skip
    assert '<h3><a href="&#34;">&lt;b&gt;&amp;</a></h3>' in _PAGES.get_template("card.html").render(
        card=card
    )
    with pytest.raises(jinja2.UndefinedError):
        _PAGES.get_template("card.html").render(card={"name": "no price"})
