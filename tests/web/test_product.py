"""The pages of products and sellers: which offer stands first and why, and what there is not."""

import asyncio
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from fondaco import kernel
from fondaco.demo import catalogue
from fondaco.kernel.money import show
from fondaco.kernel.sql import Statement
from fondaco.web import seller
from fondaco.web.product import reason, stock_words
from tests.scratch import copied
from tests.web.conftest import get

SHOP = catalogue.load()
SLUG = "automatic-espresso-machine"
SKU = "AUTOMATIC-ESPRESSO-MACHINE-SILVER"
TOTAL = re.compile(r"<(?:h2 id=\"best\"|b)>([\d.,]+ EUR)\s*<")
SELLER = re.compile(r'<a href="(/sellers/sel_\w+)">(.*?)</a>')


def offers_of(sku: str) -> list[tuple[int, str]]:
    """What a unit costs with its delivery, and who sells it, the cheapest first."""
    sellers = {one.slug: one for one in SHOP.sellers}
    return sorted(
        (one.price_minor + sellers[one.seller].shipping_minor, sellers[one.seller].name)
        for one in SHOP.offers()
        if one.sku == sku
    )


@pytest.fixture
def own_url(server_url: str, run_folder: Path, market_url: str) -> Iterator[str]:
    """A market like the furnished one, to be changed."""
    with copied(server_url, run_folder, urlsplit(market_url).path[1:]) as url:
        yield url


def change(url: str, text: str) -> None:
    """Change a market behind its back."""

    async def do() -> None:
        database = await kernel.connect(url)
        async with database.transaction() as tx:
            await tx.fetch(Statement("change", text, ()))
        await database.close()

    asyncio.run(do())


@pytest.mark.parametrize("product", SHOP.products[::9], ids=lambda one: one.slug)
def test_the_cheapest_offer_with_delivery_stands_first(
    market_url: str, pictures_home: Path, product: catalogue.DemoProduct
) -> None:
    for variant in product.variants:
        text = get(
            market_url, pictures_home, f"/products/{product.slug}?variant={variant.sku}"
        ).text
        expected = offers_of(variant.sku)
        assert TOTAL.findall(text) == [show(total, "EUR") for total, _ in expected]
        names = [unescape(name) for _, name in SELLER.findall(text)]
        assert (len(names), names[0]) == (len(expected), expected[0][1])
        assert f'alt="{product.name}, picture {len(product.images)}"' in unescape(text)


def test_a_product_is_shown_in_the_variant_that_can_be_had_the_cheapest(
    own_url: str, pictures_home: Path
) -> None:
    def shown() -> str:
        text = get(own_url, pictures_home, f"/products/{SLUG}").text
        return unescape("".join(re.findall(r'aria-current="true">(.*?) <small>', text)))

    first, second, third = next(one.variants for one in SHOP.products if one.slug == SLUG)
    assert shown() == first.name
    of = "select o.id from catalog.offer o join catalog.variant v on v.id = o.variant"
    first_offers = f"{of} where sku = '{first.sku}'"
    change(own_url, f"update stock.level set on_hand = 0 where offer in ({first_offers})")
    assert shown() == second.name
    third_offers = f"{of} where sku = '{third.sku}'"
    change(own_url, f"update catalog.offer set price = 1 where id in ({third_offers})")
    assert shown() == third.name


def test_what_is_sold_out_stands_last_and_few_units_are_told(
    own_url: str, pictures_home: Path
) -> None:
    (_, first), (_, second), *_ = offers_of(SKU)
    of = f"""select o.id from catalog.offer o join parties.organisation s on s.id = o.seller
        join catalog.variant v on v.id = o.variant where v.sku = '{SKU}' and s.name = """
    change(own_url, f"update stock.level set on_hand = 0 where offer = ({of}'{first}')")
    left = "case priority when 1 then 3 else 0 end"  # of one place, of several
    change(own_url, f"update stock.level set on_hand = {left} where offer = ({of}'{second}')")
    text = get(own_url, pictures_home, f"/products/{SLUG}?variant={SKU}").text
    names = [unescape(name) for _, name in SELLER.findall(text)]
    assert (names[0], names[-1]) == (second, first)
    assert "Only 3 left" in text
    assert 'class="gone">Sold out' in text
    change(own_url, "update stock.level set on_hand = 0")
    text = get(own_url, pictures_home, f"/products/{SLUG}").text
    assert "Nobody has it in stock just now." in text
    assert "<small>sold out</small>" in text


def test_a_suspended_seller_is_named_and_sells_nothing(own_url: str, pictures_home: Path) -> None:
    change(own_url, "update parties.organisation set state = 'suspended' where kind = 'seller'")
    text = get(own_url, pictures_home, f"/products/{SLUG}").text
    assert "Nobody offers it just now." in text
    assert not SELLER.search(text)


def row(free: int, price: int, shipping: int = 0) -> dict[str, int]:
    return {"free": free, "price": price, "shipping": shipping}


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        ([], "Nobody offers it just now."),
        ([row(0, 5)], "Nobody has it in stock just now."),
        ([row(1, 5)], "The only seller who offers it."),
        ([row(1, 5), row(0, 4)], "The only seller who has it in stock."),
        ([row(1, 5), row(1, 4, 1)], "As cheap with delivery as any other, and the first to offer"),
        ([row(1, 5), row(1, 5, 1), row(0, 1)], "The cheapest with delivery of 2 offers in stock."),
    ],
)
def test_why_an_offer_stands_first(offers: list[dict[str, int]], words: str) -> None:
    assert reason(offers).startswith(words)  # type: ignore[arg-type]  # read like rows


def test_machines_read_the_same(market_url: str, pictures_home: Path) -> None:
    text = get(market_url, pictures_home, f"/products/{SLUG}?variant={SKU}").text
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    read = msgspec.json.decode(told)
    prices = {offer.price_minor for offer in SHOP.offers() if offer.sku == SKU}
    assert (read["@type"], read["sku"]) == ("Product", SKU)
    assert read["offers"]["lowPrice"] == f"{min(prices) / 100:.2f}"
    assert read["offers"]["highPrice"] == f"{max(prices) / 100:.2f}"
    assert len(read["offers"]["offers"]) == read["offers"]["offerCount"] == len(offers_of(SKU))


def test_no_name_ends_what_machines_read(own_url: str, pictures_home: Path) -> None:
    change(own_url, f"update catalog.product set name = '</script><b>x' where slug = '{SLUG}'")
    text = get(own_url, pictures_home, f"/products/{SLUG}").text
    assert "<b>x" not in text
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert msgspec.json.decode(told)["name"] == "</script><b>x"


def test_stock_in_words() -> None:
    assert [stock_words(n) for n in (0, 1, 5, 6)] == [
        "Sold out", "Only 1 left", "Only 5 left", "In stock",
    ]  # fmt: skip


def test_a_seller_shows_all_it_offers_page_by_page(
    market_url: str, pictures_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = get(market_url, pictures_home, f"/products/{SLUG}").text
    path, name = SELLER.findall(text)[0]
    monkeypatch.setattr(seller, "_MOST", 10)
    shown: list[str] = []
    while path:
        text = get(market_url, pictures_home, unescape(path)).text
        shown += re.findall(r'<h3><a href="/products/[\w-]+\?variant=(.*?)">', text)
        path = "".join(re.findall(r'class="next"><a href="(.*?)"', text))
    slug = next(one.slug for one in SHOP.sellers if one.name == unescape(name))
    assert sorted(shown) == sorted(one.sku for one in SHOP.offers() if one.seller == slug)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/products/none", 404),
        ("/products/%00", 404),
        ("/products/Automatic", 404),
        (f"/products/{SLUG}?variant=none", 404),
        (f"/products/{SLUG}?variant=%00", 404),
        (f"/products/{SLUG}?variant={'x' * 101}", 400),
        ("/sellers/sel_06ypdpjjg0160", 404),
        ("/sellers/mkt_06ypdpjjg0160", 404),
        ("/sellers/%F0%9F%98%80", 404),
        ("/sellers/sel_06ypdpjjg0160?after=1", 400),
    ],
)
def test_what_there_is_not_is_said(
    market_url: str, pictures_home: Path, path: str, status: int
) -> None:
    answer = get(market_url, pictures_home, path)
    assert answer.status_code == status
    assert "There is no such" in answer.text or status == 400


@pytest.mark.parametrize("path", [f"/products/{SLUG}", "/sellers/sel_06ypdpjjg0160"])
def test_where_no_market_is_open_there_is_nothing(
    empty_url: str, tmp_path: Path, path: str
) -> None:
    assert get(empty_url, tmp_path, path).status_code == 404
