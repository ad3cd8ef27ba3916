"""A purchase by card, from the API to a fake Stripe: captured, declined, asked about, refunded."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fondaco.kernel.front import Front
from fondaco.kernel.ids import parse
from fondaco.kernel.settings import Settings
from fondaco.payments import send_refunds
from fondaco.payments.providers.stripe import Stripe
from fondaco.serve import build
from tests.edge.conftest import Shop
from tests.payments.providers.stripe.conftest import KEY, SECRET
from tests.payments.providers.stripe.conftest import fake as fake
from tests.payments.providers.stripe.test_localstripe import DECLINED, SECURE, VISA, card


@pytest.fixture
async def stripe(fake: str, shop: Shop) -> AsyncIterator[Stripe]:
    """The shop takes cards too."""
    stripe = Stripe(KEY, SECRET, url=fake)
    app = build(Settings(), shop.database, {"sandbox": shop.sandbox, "stripe": stripe})
    shop.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(Front(app, 30)), base_url="http://fondaco.test"
    )
    yield stripe
    await app.state.gatherer.close()
    await stripe.aclose()


async def bought(shop: Shop, fake: str, number: str) -> Any:
    body = shop.purchase() | {"payment": {"token": card(fake, number), "provider": "stripe"}}
    return await shop.made("/api/purchases", body, "buyer")


async def test_a_card_pays_and_gets_its_money_back(shop: Shop, stripe: Stripe, fake: str) -> None:
    made = await bought(shop, fake, VISA)
    assert made["payment"]["status"] == "captured"
    [order] = (await shop.get(f"/api/purchases/{made['id']}")).json()["orders"]
    assert (order["state"], order["trade_status"]) == ("paid", "WAIT_SELLER_SEND_GOODS")
    await shop.made(f"/api/orders/{order['id']}/refunds", {"reason": "sold elsewhere"})
    [refund] = (await shop.get(f"/api/purchases/{made['id']}/refunds")).json()["refunds"]
    await send_refunds(shop.database, {"stripe": stripe}, [parse("ref", refund["id"])])
    [refund] = (await shop.get(f"/api/purchases/{made['id']}/refunds")).json()["refunds"]
    assert (refund["state"], refund["amount"]) == ("succeeded", made["total"])


async def test_a_declined_card_leaves_the_purchase_to_be_paid_otherwise(
    shop: Shop, stripe: Stripe, fake: str
) -> None:
    made = await bought(shop, fake, DECLINED)
    assert made["payment"]["status"] == "declined"
    body = {"token": card(fake, VISA), "provider": "stripe"}
    again = await shop.made(f"/api/purchases/{made['id']}/payments", body, "buyer")
    assert again["status"] == "captured"


async def test_a_bank_that_wants_to_see_its_customer_makes_it_an_action(
    shop: Shop, stripe: Stripe, fake: str
) -> None:
    payment = (await bought(shop, fake, SECURE))["payment"]
    assert payment["status"] == "action_required"
    assert payment["action"]["client_secret"].startswith("pi_")
