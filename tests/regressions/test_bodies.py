"""Bodies that passed the edge's patterns and lengths, and failed in the database as our fault."""

from typing import Any

import pytest

from tests.edge.conftest import Shop
from tests.edge.conftest import bare as bare
from tests.edge.conftest import shop as shop


async def test_a_reference_too_long_for_its_column_is_told_so(shop: Shop) -> None:
    answer = await shop.post("/api/purchases", shop.purchase(reference="r" * 101), "buyer")
    assert answer.status_code == 422, answer.text
    assert answer.json()["pointer"] == "/reference"
    assert await shop.bought(reference="r" * 100)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/sellers", {"name": "S", "country": "DE\n"}),
        ("/api/categories", {"name": "C", "slug": "lamps\n"}),
        ("/api/products", {"slug": "lamp\n", "name": "L", "category": "", "variants": []}),
        ("/api/markets", {"slug": "m\n", "name": "M", "currency": "EUR", "fee": {"numerator": 1}}),
        ("/api/markets", {"slug": "m", "name": "M", "currency": "EUR\n", "fee": {"numerator": 1}}),
        ("/api/keys", {"party": "sel_0000000000000\n"}),
    ],
)
async def test_a_line_break_at_the_end_does_not_fit_a_pattern(
    bare: Shop, path: str, body: Any
) -> None:
    await bare.furnish()
    answer = await bare.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body"), answer.text


async def test_a_line_break_at_the_end_of_an_id_is_no_id(shop: Shop) -> None:
    wish = shop.purchase(market=f"{shop.ids['market']}\n")
    assert (await shop.post("/api/purchases", wish, "buyer")).status_code == 422
    assert (await shop.get(f"/api/offers?market={shop.ids['market']}%0A")).status_code == 400
