"""The pages of products and sellers in a real browser, on a desk and on a phone."""

from itertools import pairwise

import pytest
from playwright.async_api import Page

from tests.web.test_browser import CONTRAST, pytestmark
from tests.web.test_browser import address as address
from tests.web.test_browser import page as page

__all__ = ["pytestmark"]


async def opened(page: Page) -> None:
    """From the front page to a product, by keyboard."""
    link = page.get_by_role("link", name="Automatic Espresso Machine", exact=True)
    await link.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".best")


async def test_a_buyer_walks_from_the_shelf_to_the_seller(page: Page) -> None:
    await opened(page)
    assert await page.title() == "Automatic Espresso Machine - Rialto"
    await page.get_by_role("link", name="Silver").click()
    await page.wait_for_url("**variant=AUTOMATIC-ESPRESSO-MACHINE-SILVER")
    assert await page.locator("[aria-current]").inner_text() == "Silver\nfrom 787.19 EUR"
    first = page.locator(".best a")
    name = await first.inner_text()
    await first.click()
    await page.wait_for_url("**/sellers/**")
    assert await page.locator("h1").inner_text() == name
    assert await page.locator(".cards li").count() > 5


async def test_a_buyer_types_a_search_on_any_page(page: Page) -> None:
    await opened(page)
    await page.get_by_label("Search Rialto").fill("hair dryer")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".results")
    assert await page.get_by_label("Search Rialto").input_value() == "hair dryer"
    assert "Hair Dryer" in await page.locator(".cards h3").first.inner_text()
    await page.get_by_role("link", name="Price, high to low").click()
    await page.wait_for_url("**sort=price_down**")
    assert await page.locator("[aria-current]").inner_text() == "Price, high to low"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in (".count", ".shelves a", ".shelves span", ".slim a", ".seek label", ".seek button"):
        assert min(await page.evaluate(CONTRAST, part)) >= 4.5, part


@pytest.mark.parametrize("where", ["product", "seller"])
async def test_it_is_whole_readable_and_made_for_everybody(page: Page, where: str) -> None:
    await opened(page)
    parts = [".best h2", ".quiet", ".here", ".choices small", ".offers small", "footer a"]
    if where == "seller":
        await page.locator(".best a").click()
        await page.wait_for_url("**/sellers/**")
        parts = [".price", ".sellers", ".quiet", "footer a"]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator("h1").count() == await page.locator("main").count() == 1
    levels = await page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))"
    )
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert await page.evaluate("[...document.images].every(one => one.alt.length > 2)")
    await page.evaluate("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    await page.evaluate("Promise.all([...document.images].map(one => one.decode()))")
    for part in parts:
        assert min(await page.evaluate(CONTRAST, part)) >= 4.5, part
