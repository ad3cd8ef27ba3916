"""A retry that came when its payment was no longer fresh was told another reason of the decline."""

import pytest

from fondaco.orders import checkout
from tests.edge.conftest import Shop
from tests.edge.conftest import bare as bare
from tests.edge.conftest import shop as shop


async def test_a_late_retry_is_told_why_the_payment_was_declined(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = shop.purchase(token="tok_insufficient_funds")
    first = await shop.post("/api/purchases", wish, "buyer", key="late-retry")
    assert first.json()["payment"]["reason"] == "insufficient_funds"
    monkeypatch.setattr(checkout, "_FRESH_MS", -1)
    late = await shop.post("/api/purchases", wish, "buyer", key="late-retry")
    assert (late.status_code, late.json()) == (first.status_code, first.json())
