"""A fuzzer over the API's description: no 5xx, and every answer as described.

Half of the requests name things that exist, so that they come past the first look-up.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fondaco import kernel
from fondaco.kernel.settings import Settings
from fondaco.payments.providers.sandbox import LocalSandbox
from tests.edge.conftest import Shop
from tests.edge.server import running

DESCRIPTION = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPEN = {
    ("GET", f"/{path}")
    for path in (
        "problems/{code}", "api/sellers/{seller_id}", "api/markets/{market_id}",
        "api/products/{product_id}",
    )
}  # fmt: skip
"""What everybody may read."""

schema = schemathesis.openapi.from_path(DESCRIPTION)
sound = schemathesis.openapi.from_path(DESCRIPTION)
sound.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])


class World:
    """A running server, keys to it, and the ids of things in it by their prefix."""

    def __init__(self, url: str, keys: dict[str, str], known: dict[str, str]) -> None:
        self.url, self._keys, self._known = url, keys, known
        self._turn = False

    def key(self, who: str) -> dict[str, str]:
        """What lets somebody in."""
        return {"Authorization": f"Bearer {self._keys[who]}"}

    def grounded(self, case: Any) -> None:
        """Name things that exist in every other case."""
        self._turn = not self._turn
        if self._turn:
            self.real(case)

    def real(self, case: Any) -> None:
        """Name things that exist."""
        case.path_parameters = self._real(case.path_parameters)
        case.query = self._real(case.query)
        case.body = self._real(case.body)

    def _real(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._real(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._real(part) for part in value]
        known = isinstance(value, str) and value[3:4] == "_"
        return self._known.get(value[:3], value) if known else value


@pytest.fixture(scope="module")
def world(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A furnished deployment."""
    with running(tmp_path_factory.mktemp("fuzz"), database_url) as server:
        keys, known = asyncio.run(_furnished(database_url))
        yield World(server.url, keys, known)


async def _furnished(database_url: str) -> tuple[dict[str, str], dict[str, str]]:
    database = await kernel.connect(database_url)
    shop = Shop(database, LocalSandbox(), Settings())
    await shop.furnish()
    made = await shop.bought()
    order = made["orders"][0]["id"]
    parcel = await shop.made(f"/api/orders/{order}/shipment", {"carrier": "DHL"}, "a")
    ids = shop.ids
    known = {
        "mkt": ids["market"], "cat": ids["category"], "prd": ids["product"], "sel": ids["a"],
        "var": ids["variant"], "off": ids["offer a"], "loc": ids["location a"],
        "per": ids["buyer"], "pur": made["id"], "ord": order, "par": parcel["id"],
    }  # fmt: skip
    await shop.http.aclose()
    await database.close()
    return shop.keys, known


@schema.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_it(case: Any, world: World) -> None:
    world.grounded(case)
    case.call_and_validate(base_url=world.url, headers=world.key("operator"), checks=CHECKS)


@pytest.mark.parametrize("stranger", ["b", "other"])
@sound.include(path_regex=r"\{").parametrize()
@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nobody_reaches_what_is_others(case: Any, stranger: str, world: World) -> None:
    """Scenario 25: another seller and another buyer get no 2xx on what is not theirs."""
    if (case.method, case.path) in OPEN:
        return
    world.real(case)
    answer = case.call(base_url=world.url, headers=world.key(stranger))
    assert 400 <= answer.status_code < 500, (case.method, case.path, answer.text)
