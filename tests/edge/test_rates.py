"""Tax, prices and currencies over the API."""

from fondaco import orders
from fondaco.kernel.ids import parse, show
from tests.edge.conftest import Shop
from tests.taxing import FlatTax

BELGIUM = {"prices": "exclusive", "remitter": "platform", "country": "BE"}


async def test_a_taxed_market_over_the_api(shop: Shop) -> None:
    market = {
        "slug": "taxed-market", "name": "Taxed", "currency": "EUR", "fee": {"numerator": 10},
        "tax": BELGIUM, "seed_tax": True,
    }  # fmt: skip
    shop.ids["market"] = (await shop.made("/api/markets", market))["id"]
    told = (await shop.get(f"/api/markets/{shop.ids['market']}")).json()["tax"]
    assert told == BELGIUM | {
        "region": "", "rounding": "line", "shipping": True, "reverse_charge": True,
    }  # fmt: skip
    offer = {
        "market": shop.ids["market"], "variant": shop.ids["variant"], "price": 1000,
        "shipping": 200, "currency": "EUR",
    }  # fmt: skip
    shop.ids["offer a"] = (await shop.made("/api/offers", offer, "a"))["id"]
    move = {"offer": shop.ids["offer a"], "location": shop.ids["location a"], "quantity": 5}
    await shop.made("/api/stock/moves", move, "a")
    made = await shop.bought(country="DE")
    assert made["total"] == 1200 + 190 + 38
    seen = (await shop.get(f"/api/purchases/{made['id']}", "buyer")).json()
    assert (seen["country"], seen["region"], seen["tax_id"]) == ("DE", "", "")
    [order] = seen["orders"]
    assert (order["tax"], order["tax_added"]) == (228, True)
    [line] = order["lines"]
    assert (line["tax_class"], line["tax_numerator"], line["tax_denominator"]) == (
        "standard", 19, 100,
    )  # fmt: skip
    for body, code in (
        ({"tax_id": "DE123456789"}, "unknown_tax_id"),
        ({"country": "ZZ"}, "unknown_tax_rate"),
    ):
        refused = await shop.post("/api/purchases", shop.purchase(**body), "buyer")
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_tax_rates_are_set_and_listed(shop: Shop) -> None:
    rate = {"country": "QJ", "numerator": 21, "denominator": 100, "valid_from": "2026-01-01"}
    assert await shop.made("/api/tax/rates", rate) == {"changed": True}
    assert await shop.made("/api/tax/rates", rate) == {"changed": False}
    [listed] = (await shop.get("/api/tax/rates?country=QJ", "buyer")).json()["rates"]
    assert listed == rate | {
        "region": "", "tax_class": "standard", "valid_until": None, "source": "",
    }  # fmt: skip
    for bad, code in ((rate | {"numerator": 101}, "over_whole"), (rate | {"country": "Q"}, "")):
        refused = await shop.post("/api/tax/rates", bad)
        assert refused.json()["code"] == (code or "invalid_body")
    assert (await shop.post("/api/tax/rates", rate, "a")).status_code == 403


async def test_exchange_rates_are_set_and_asked_for(shop: Shop) -> None:
    today = shop.database.clock().date().isoformat()
    rates = [{"currency": "XAF", "numerator": 655957, "denominator": 1000}]
    body = {"base": "EUR", "on": today, "rates": rates}
    assert await shop.made("/api/fx/rates", body) == {"changed": 1}
    told = (await shop.get("/api/fx/rate?of=EUR&into=XAF", "buyer")).json()
    assert told == {
        "of": "EUR", "into": "XAF", "numerator": 655957, "denominator": 1000, "on": today,
    }  # fmt: skip
    unknown = await shop.get("/api/fx/rate?of=EUR&into=KWD", "buyer")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_rate")
    odd = await shop.post("/api/fx/rates", body | {"base": "QQQ"})
    assert (odd.status_code, odd.json()["code"]) == (422, "unknown_currency")


async def test_a_seller_says_what_it_is_paid_in_and_nobody_else_does(shop: Shop) -> None:
    path = f"/api/sellers/{shop.ids['a']}/settlement"
    stands = await shop.made(path, {"currency": "USD"}, "a")
    assert stands == {"seller": shop.ids["a"], "currency": "USD"}
    assert (await shop.post(path, {"currency": "USD"}, "b")).status_code == 404
    assert (await shop.post(path, {"currency": "USD"}, "buyer")).status_code == 403
    odd = await shop.post(path, {"currency": "QQQ"}, "a")
    assert (odd.status_code, odd.json()["code"]) == (422, "unknown_currency")


async def test_a_seller_prices_its_own_offer_in_another_currency(shop: Shop) -> None:
    path = f"/api/offers/{shop.ids['offer a']}/prices"
    assert await shop.made(path, {"currency": "USD", "price": 1250}, "a") == {
        "id": shop.ids["offer a"]
    }
    assert (await shop.post(path, {"currency": "USD", "price": 1}, "b")).status_code == 404
    own = await shop.post(path, {"currency": "EUR", "price": 1}, "a")
    assert (own.status_code, own.json()["code"]) == (409, "own_currency")


async def test_a_buyer_sees_a_price_in_its_currency_and_buys_at_it(shop: Shop) -> None:
    today = shop.database.clock().date().isoformat()
    rates = [{"currency": "NZD", "numerator": 2, "denominator": 1}]
    await shop.made("/api/fx/rates", {"base": "EUR", "on": today, "rates": rates})
    asked = {
        "market": shop.ids["market"], "currency": "NZD", "offers": [shop.ids["offer a"]],
    }  # fmt: skip
    quote = await shop.made("/api/quotes", asked, "buyer")
    assert quote["prices"] == [{"offer": shop.ids["offer a"], "price": 2000, "shipping": 400}]
    assert (quote["numerator"], quote["denominator"], quote["rate_of"]) == (200, 100, today)
    made = await shop.bought(quote=quote["id"])
    assert (made["currency"], made["total"]) == ("NZD", 2400)
    for body, code in (
        ({"offers": [shop.ids["variant"].replace("var", "off")]}, "unknown_offer"),
        ({"currency": "XOF"}, "rate_out_of_date"),
    ):
        refused = await shop.post("/api/quotes", asked | body, "buyer")
        assert refused.json()["code"] == code


async def test_a_purchase_names_the_tax_that_an_engine_told(shop: Shop) -> None:
    market = {
        "slug": "told-market", "name": "Told", "currency": "EUR", "fee": {"numerator": 10},
        "tax": BELGIUM | {"country": "US"},
    }  # fmt: skip
    shop.ids["market"] = (await shop.made("/api/markets", market))["id"]
    offer = {
        "market": shop.ids["market"], "variant": shop.ids["variant"], "price": 1000,
        "shipping": 200, "currency": "EUR",
    }  # fmt: skip
    shop.ids["offer a"] = (await shop.made("/api/offers", offer, "a"))["id"]
    move = {"offer": shop.ids["offer a"], "location": shop.ids["location a"], "quantity": 5}
    await shop.made("/api/stock/moves", move, "a")
    basket = orders.Basket(
        market=parse("mkt", shop.ids["market"]), country="US", region="NY",
        lines=(orders.PlaceLine(parse("off", shop.ids["offer a"]), 1),),
    )  # fmt: skip
    [quoted] = await orders.quote_taxes(shop.database, FlatTax(5), [basket], "edge", ["told"])
    assert isinstance(quoted, orders.TaxQuoted)
    wish = {"country": "US", "region": "NY", "tax_quote": show("txq", quoted.id)}
    made = await shop.bought(**wish)
    assert made["total"] == 1200 + 50 + 10
    elsewhere = await shop.post("/api/purchases", shop.purchase(**wish | {"region": "NJ"}), "buyer")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "unknown_tax_quote")
