"""A shop over the real application and a real PostgreSQL, without sockets."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fondaco import kernel, parties
from fondaco.kernel import Database
from fondaco.kernel.front import Front
from fondaco.kernel.ids import parse, show
from fondaco.kernel.settings import Settings
from fondaco.payments.providers.sandbox import LocalSandbox
from fondaco.serve import build

_numbers = itertools.count(1)


class Shop:
    """The API, seen by the operator, two sellers and two buyers, with one offer of each seller."""

    def __init__(self, database: Database, sandbox: LocalSandbox, settings: Settings) -> None:
        self.database, self.sandbox = database, sandbox
        self.app = build(settings, database, {"sandbox": sandbox})
        front = Front(self.app, settings.request_timeout)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(front, raise_app_exceptions=False),
            base_url="http://fondaco.test",
        )
        self.keys: dict[str, str] = {}
        self.ids: dict[str, str] = {}

    async def get(self, path: str, who: str = "operator") -> httpx.Response:
        """GET as somebody."""
        return await self.http.get(path, headers=self.key(who))

    async def post(
        self,
        path: str,
        body: Any = None,
        who: str = "operator",
        key: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        """POST as somebody, under a fresh idempotency key unless told which."""
        headers = {"Idempotency-Key": key or f"key-{next(_numbers)}", **self.key(who)}
        headers |= more.pop("headers", {})
        if body is not None:
            more["json"] = body
        return await self.http.post(path, headers=headers, **more)

    async def made(self, path: str, body: Any, who: str = "operator") -> dict[str, Any]:
        """What a POST that must succeed made."""
        answer = await self.post(path, body, who)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def key(self, who: str) -> dict[str, str]:
        """The header that says who asks; nobody has none."""
        return {} if who == "nobody" else {"Authorization": f"Bearer {self.keys[who]}"}

    def purchase(self, *lines: tuple[str, int], token: str = "tok_ok", **more: Any) -> Any:
        """The body of a purchase; by default one unit of seller a's offer."""
        wanted = lines or (("a", 1),)
        return {
            "market": self.ids["market"],
            "lines": [{"offer": self.ids[f"offer {s}"], "quantity": n} for s, n in wanted],
            "payment": {"token": token},
            **more,
        }

    async def bought(self, *lines: tuple[str, int], who: str = "buyer", **more: Any) -> Any:
        """A purchase that stands."""
        return await self.made("/api/purchases", self.purchase(*lines, **more), who)

    async def furnish(self, units: int = 10) -> None:
        """Operator, market, sellers with an offer and stock each, buyers; all over the API."""
        operator, self.keys["operator"] = await parties.found(self.database)
        self.ids["operator"] = show("org", operator)
        mark = next(_numbers)
        market = {"slug": f"m-{mark}", "name": "Shop", "currency": "EUR", "fee": {"numerator": 10}}
        self.ids["market"] = (await self.made("/api/markets", market))["id"]
        category = await self.made("/api/categories", {"slug": f"c-{mark}", "name": "Lamps"})
        product = {
            "slug": f"p-{mark}", "name": "Lamp", "category": category["id"],
            "variants": [{"sku": f"lamp-{mark}"}],
        }  # fmt: skip
        self.ids["category"] = category["id"]
        lamp = await self.made("/api/products", product)
        self.ids |= {"product": lamp["id"], "variant": lamp["variants"][0]}
        for name in ("a", "b"):
            await self._seller(name, units)
        for name in ("buyer", "other"):
            self.ids[name] = (await self.made("/api/buyers", {"name": name}))["id"]
            await self._key(name, self.ids[name])

    async def _seller(self, name: str, units: int) -> None:
        body = {"name": f"Seller {name}", "payout_account": "acct_1"}
        self.ids[name] = (await self.made("/api/sellers", body))["id"]
        await self._key(name, self.ids[name])
        place = (await self.made("/api/locations", {"name": "Shed"}, name))["id"]
        offer = {
            "market": self.ids["market"], "variant": self.ids["variant"], "price": 1000,
            "shipping": 200, "currency": "EUR",
        }  # fmt: skip
        self.ids[f"offer {name}"] = (await self.made("/api/offers", offer, name))["id"]
        self.ids[f"location {name}"] = place
        move = {"offer": self.ids[f"offer {name}"], "location": place, "quantity": units}
        await self.made("/api/stock/moves", move, name)

    async def _key(self, name: str, party: str) -> None:
        self.keys[name] = (await self.made("/api/keys", {"party": party}))["secret"]

    async def limited(self, who: str, *scopes: parties.Scope) -> str:
        """Another name for somebody, with a key that has these scopes only."""
        kind = parties.Kind.BUYER if self.ids[who].startswith("per") else parties.Kind.SELLER
        party = parse(self.ids[who][:3], self.ids[who])
        name = f"{who} {next(_numbers)}"
        self.keys[name] = await parties.new_key(self.database, party, kind, *scopes)
        return name

    async def traces(self) -> tuple[int, int, int]:
        """What a refused request must leave alone: purchases, units promised, money held."""
        connection_counts = []
        for table in ("orders.purchase", "stock.reservation", "payments.payment"):
            statement = kernel.sql.compile_statement("count", f"select count(*) as n from {table}")
            connection_counts.append((await self.database.fetch(statement))[0]["n"])
        return tuple(connection_counts)


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[Shop]:
    """A shop with nothing in it."""
    async for shop in _shop(database_url, Settings()):
        yield shop


@pytest.fixture
async def shop(bare: Shop) -> Shop:
    """A furnished shop."""
    await bare.furnish()
    return bare


@pytest.fixture
async def small_shop(database_url: str) -> AsyncIterator[Shop]:
    """A furnished shop with narrow limits: 2,000 bytes, 60 requests a minute."""
    async for shop in _shop(database_url, Settings(body_limit=2000, rate_limit=60)):
        await shop.furnish()
        yield shop


async def _shop(database_url: str, settings: Settings) -> AsyncIterator[Shop]:
    database = await kernel.connect(database_url)
    sandbox = LocalSandbox()
    shop = Shop(database, sandbox, settings)
    yield shop
    await shop.http.aclose()
    await shop.app.state.gatherer.close()
    await sandbox.aclose()
    await database.close()
