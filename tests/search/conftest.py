"""A market of a few named products, found by the news of the catalogue."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fondaco import catalog, check, kernel, search
from tests.scratch import copied
from tests.world import World, open_world


class Aisle:
    """A world with products that have names; `found` searches its market."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names: dict[int, str] = {}
        self.seller = self.category = self._made = 0

    async def open(self) -> None:
        """A seller and a category to begin with."""
        self.seller = await self.world.seller()
        self.category = await self.department("Goods")

    async def department(self, name: str, parent: int | None = None) -> int:
        """A category."""
        self._made += 1
        wish = catalog.AddCategory(slug=f"d-{self._made}", name=name, parent=parent)
        return (await self.world.do(catalog.add_category, wish)).id

    async def add(
        self, names: Sequence[str], price: int = 1000, category: int | None = None,
        seller: int | None = None, **more: Any,
    ) -> list[int]:  # fmt: skip
        """Products by name with an offer each, one batch; their ids."""
        self._made += 1
        wishes = [
            catalog.AddProduct(
                slug=f"p-{self._made}-{no}", name=name, category=category or self.category,
                variants=(catalog.NewVariant(sku=f"{self._made}-{no}"),), **more,
            )
            for no, name in enumerate(names)
        ]  # fmt: skip
        made = await self.world.batch(catalog.add_product, wishes)
        offers = [
            catalog.MakeOffer(
                market=self.world.market, seller=seller or self.seller, variant=one.variants[0],
                price=price, currency="EUR",
            )
            for one in made
        ]  # fmt: skip
        answers = await self.world.batch(catalog.make_offer, offers)
        for offer in answers:
            self.world.seller_of[offer.id] = seller or self.seller
        self.names |= {one.id: name for one, name in zip(made, names, strict=True)}
        await self.catch_up()
        return [one.id for one in made]

    async def catch_up(self) -> None:
        """Deliver all news, and weigh anew what has to be."""
        await kernel.subscribe(self.world.database, [search.SUBSCRIBER])
        await kernel.deliver_all(self.world.database, [search.SUBSCRIBER])
        while await search.reweigh(self.world.database):
            pass

    async def answer(self, text: str = "", **more: Any) -> search.Answer:
        """What a search is answered."""
        ask = search.Ask(market=self.world.market, text=text, **more)
        return await search.search(self.world.database, ask)

    async def found(self, text: str = "", **more: Any) -> list[str]:
        """Names of the products found, in order."""
        return [card.name for card in (await self.answer(text, **more)).cards]


@pytest.fixture
def url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database of the test's own: how usual a term is counts over all of it."""
    with copied(server_url, run_folder, template) as own:
        yield own


@pytest.fixture
async def aisle(url: str) -> AsyncIterator[Aisle]:
    """An empty market; every invariant holds when the test is done."""
    async with open_world(url) as world:
        own = Aisle(world)
        await own.open()
        yield own
        assert [one for one in await check.check(world.database) if not one.clean] == []
