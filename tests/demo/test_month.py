"""The simulated month: alike for a seed, sound in its books, and full of what can happen."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from fondaco import check, demo, kernel, web
from fondaco.demo import catalogue, figures, plan
from fondaco.kernel.ids import show
from fondaco.payments import Charge
from fondaco.payments.providers.sandbox import LocalSandbox
from tests.scratch import copied

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PURCHASES = 240


class Ran(msgspec.Struct):
    """One demo, with what it told on the way and what the check found."""

    url: str
    home: Path
    outcome: demo.Outcome
    placed: int
    broken: list[str]


@contextmanager
def ran(
    server_url: str, run_folder: Path, template: str, home: Path, seed: int, purchases: int
) -> Iterator[Ran]:
    told: list[int] = []

    async def trade(url: str) -> demo.Outcome:
        def tell(_: str, placed: int) -> None:
            told.append(placed)

        return await demo.run(url, home, NOW, purchases, seed, tell)

    async def broken(url: str) -> list[str]:
        database = await kernel.connect(url)
        try:
            return [one.name for one in await check.check(database) if not one.clean]
        finally:
            await database.close()

    with copied(server_url, run_folder, template) as url:
        outcome = asyncio.run(trade(url))
        yield Ran(url, home, outcome, sum(told), asyncio.run(broken(url)))


@pytest.fixture(scope="module")
def month(
    server_url: str, run_folder: Path, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ran]:
    home = tmp_path_factory.mktemp("month")
    with ran(server_url, run_folder, template, home, 7, PURCHASES) as one:
        yield one


def test_the_books_are_sound(month: Ran) -> None:
    found = month.outcome.figures
    assert month.broken == []
    assert found.trial_balance == 0
    assert found.accounted_for == found.sales > 0
    assert found.provider_differences == ()
    assert found.sound


def test_everything_that_happens_in_trade_happens(month: Ran) -> None:
    found = month.outcome.figures
    assert found.purchases == month.placed == PURCHASES
    assert found.many_sellers > PURCHASES // 4
    for state in ("paid", "expired", "cancelled", "shipped", "delivered", "settled"):
        assert found.by_state[state] > 0, state
    for count in (found.declined, found.refunds, found.disputes, found.payouts):
        assert count > 0
    for amount in (found.commission, found.held, found.refunded, found.paid_out, found.fees):
        assert amount > 0


def test_a_seed_gives_the_same_books_again(
    month: Ran, server_url: str, run_folder: Path, template: str, tmp_path: Path
) -> None:
    with ran(server_url, run_folder, template, tmp_path, 7, PURCHASES) as again:
        assert again.outcome.figures == month.outcome.figures


def test_another_seed_is_another_month(month: Ran) -> None:
    house = month.outcome.house
    one, other = (
        plan.draw(house.goods, house.buyers, NOW, PURCHASES, seed) for seed in (7, 8)
    )  # fmt: skip
    assert one == plan.draw(house.goods, house.buyers, NOW, PURCHASES, 7)
    assert one != other
    assert sum(map(len, one)) == sum(map(len, other)) == PURCHASES


def test_nothing_happens_after_the_month(month: Ran) -> None:
    async def latest() -> datetime:
        database = await kernel.connect(month.url)
        try:
            statement = kernel.sql.compile_statement(
                "latest", "select max(at) as at from kernel.command"
            )
            at: datetime = (await database.fetch(statement))[0]["at"]
            return at
        finally:
            await database.close()

    assert asyncio.run(latest()) <= NOW


def test_what_the_provider_has_otherwise_is_told(month: Ran, tmp_path: Path) -> None:
    async def read() -> demo.Figures:
        database = await kernel.connect(month.url)
        book = tmp_path / "book"
        book.write_bytes((month.home / "sandbox.book").read_bytes())
        provider = LocalSandbox(book)
        try:
            await provider.charge([Charge(show("pay", 64), 100, "EUR", "tok_ok")])
            return await figures.read(database, provider, "EUR", 0)
        finally:
            await provider.aclose()
            await database.close()

    found = asyncio.run(read())
    assert not found.sound
    assert [words.partition(":")[0] for words in found.provider_differences] == [
        "owed to us", "charges",
    ]  # fmt: skip


def test_the_pictures_lie_where_the_front_page_looks(month: Ran) -> None:
    shop = catalogue.load()
    for product in shop.products:
        for name in product.images:
            assert web.picture(month.home / web.PICTURES, name) is not None


def test_a_house_that_is_furnished_is_left_alone(month: Ran) -> None:
    async def again() -> None:
        await demo.run(month.url, None, NOW, 1, 1, lambda _, __: None)

    with pytest.raises(demo.DemoError, match="a market in this database already"):
        asyncio.run(again())
