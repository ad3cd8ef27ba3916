"""The front page in a real browser: it looks whole, on a desk and on a phone, for everybody."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, async_playwright

from fondaco.demo import catalogue
from tests.processes import first_line, stopped

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.timeout(120),  # what a page is asked to evaluate has no limit of its own
]

CONTRAST = """selector => [...document.querySelectorAll(selector)].map(element => {
    const parts = text => text.match(/[\\d.]+/g).map(Number)
    const light = text => parts(text).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0)
    const painted = node => (parts(getComputedStyle(node).backgroundColor)[3] ?? 1) > 0
        ? getComputedStyle(node).backgroundColor : painted(node.parentElement)
    const pair = [light(getComputedStyle(element).color), light(painted(element))].sort()
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
})"""


@pytest.fixture(scope="module")
def address(market_url: str, pictures_home: Path) -> Iterator[str]:
    """A running server over the furnished market."""
    command = [sys.executable, "-m", "fondaco", "serve", "--port", "0", "--data"]
    environment = {**os.environ, "FONDACO_DATABASE_URL": market_url, "FONDACO_LOG_LEVEL": "warning"}
    with subprocess.Popen(
        [*command, str(pictures_home)], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield first_line(server).split()[-1]
        finally:
            status = stopped(server, signal.SIGTERM)
        assert status == 0


def broken(asked: Request) -> list[str]:
    """The address of what could not be had; what a buyer did not wait for is nobody's fault."""
    return [] if asked.failure == "net::ERR_ABORTED" else [asked.url]


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["desk", "phone"])
async def page(request: pytest.FixtureRequest, address: str) -> AsyncIterator[Page]:
    """The page at a width, by day or by night, opened, with nothing to complain about."""
    width, height, scheme = request.param
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = await browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("requestfailed", lambda asked: complaints.extend(broken(asked)))
        await opened.goto(address)
        yield opened
        await browser.close()
    assert complaints == []


async def test_all_goods_are_there_with_their_pictures(page: Page) -> None:
    assert await page.title() == "Rialto"
    assert await page.locator(".cards li").count() == len(catalogue.load().products)
    await page.evaluate("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    await page.evaluate("Promise.all([...document.images].map(one => one.decode()))")
    assert await page.evaluate("[...document.images].every(one => one.naturalWidth === 640)")
    assert await page.evaluate("[...document.images].every(one => one.alt.length > 2)")


async def test_nothing_sticks_out_and_the_style_is_applied(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(
        "[...document.querySelectorAll('.price, dd')].every(one => one.scrollWidth <= "
        "one.closest('li, .books').clientWidth)"
    )
    columns = await page.evaluate("getComputedStyle(document.querySelector('.cards')).display")
    assert columns == "grid"


async def test_it_can_be_walked_by_keyboard(page: Page) -> None:
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    assert await page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.name") == "q"
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Search"
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Kitchen"
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    assert page.url.endswith("#shelf-1")


async def test_it_is_built_for_screen_readers(page: Page) -> None:
    assert await page.evaluate("document.documentElement.lang") == "en"
    assert await page.locator("h1").count() == await page.locator("main").count() == 1
    levels = await page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))"
    )
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert await page.evaluate(
        "[...document.querySelectorAll('[aria-labelledby]')]"
        ".every(one => document.getElementById(one.getAttribute('aria-labelledby')))"
    )


async def test_text_stands_out_from_its_ground(page: Page) -> None:
    for part in (".price", ".sellers", "h3", "footer p", "footer a", "nav a"):
        assert min(await page.evaluate(CONTRAST, part)) >= 4.5, part
