"""Bad input gets a precise problem document and changes nothing."""

from typing import Any

import pytest

from fondaco.kernel.ids import show
from tests.edge.conftest import Shop

NOBODY = show("off", 64)


def changed(body: Any, path: str, value: Any) -> Any:
    """The body with another value at a JSON pointer; ... takes it away."""
    *parents, last = [int(step) if step.isdigit() else step for step in path.split("/")[1:]]
    part = body
    for step in parents:
        part = part[step]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "status", "code", "pointer"),
    [
        ("/lines/0/quantity", "1", 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", 1.5, 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", None, 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", ..., 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", -1, 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", 0, 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", 10**30, 422, "invalid_body", "/lines/0/quantity"),
        ("/lines/0/quantity", 11, 409, "sold_out", "/lines/0/quantity"),
        ("/lines/0/offer", NOBODY, 422, "unknown_offer", "/lines/0/offer"),
        ("/lines/0/offer", "lamp", 422, "invalid_body", "/lines/0/offer"),
        ("/lines/0/offer", show("sel", 64), 422, "invalid_body", "/lines/0/offer"),
        ("/lines/0/offer", "off_zzzzzzzzzzzzz", 422, "invalid_body", "/lines/0/offer"),
        ("/lines/0/sku", "x", 422, "invalid_body", "/lines/0/sku"),
        ("/lines", [], 422, "invalid_body", "/lines"),
        ("/market", show("mkt", 64), 422, "unknown_market", "/market"),
        ("/currency", "USD", 422, "foreign_currency", "/currency"),
        ("/currency", "euro", 422, "invalid_body", "/currency"),
        ("/expected_total", 1, 409, "price_changed", "/expected_total"),
        ("/expected_total", -1, 422, "invalid_body", "/expected_total"),
        ("/payment/token", "a\0b", 422, "invalid_body", "/payment/token"),
        ("/payment/token", "", 422, "invalid_body", "/payment/token"),
        ("/payment/provider", "acme", 422, "invalid_body", "/payment/provider"),
        ("/payment", ..., 422, "invalid_body", "/payment"),
        ("/reference", "x" * 201, 422, "invalid_body", "/reference"),
        ("/a~b", 1, 422, "invalid_body", "/a~0b"),
    ],
)
async def test_a_purchase_that_is_wrong_in_one_place_is_told_where(
    shop: Shop, path: str, value: Any, status: int, code: str, pointer: str
) -> None:
    before = await shop.traces()
    answer = await shop.post("/api/purchases", changed(shop.purchase(), path, value), "buyer")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"]) == (status, code, pointer)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["type"], problem["status"]) == (f"/problems/{code}", status)
    assert await shop.traces() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"market": ',
        b'{"market": "\xff"}',
        b'{"market": "\\ud800"}',
        b"NaN",
    ],
)
async def test_what_is_not_json_at_all_is_a_400(shop: Shop, body: bytes) -> None:
    answer = await shop.post(
        "/api/purchases", who="buyer", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b'{"market": 1e999999}', b"1", b"null"]
)
async def test_json_of_another_shape_is_a_422_however_deep(shop: Shop, body: bytes) -> None:
    answer = await shop.post(
        "/api/purchases", who="buyer", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_another_media_type_is_a_415(shop: Shop, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await shop.post("/api/purchases", who="buyer", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "caf\xe9"])
async def test_a_bad_idempotency_key_is_a_400(shop: Shop, key: str) -> None:
    headers = {**shop.key("buyer"), "Idempotency-Key": key.encode("latin-1")}
    answer = await shop.http.post("/api/purchases", headers=headers, json=shop.purchase())  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["parameter"]) == (400, "Idempotency-Key")


async def test_every_write_needs_an_idempotency_key(shop: Shop) -> None:
    description = (await shop.http.get("/api")).json()
    writes = [path for path, item in description["paths"].items() if "post" in item]
    assert len(writes) > 15
    for path in set(writes) - {"/api/webhooks/{provider}"}:
        answer = await shop.http.post(path, headers=shop.key("operator"), json={})
        problem = answer.json()
        if problem["code"] in ("wrong_party", "invalid_body"):  # told before the header is read
            continue
        assert (answer.status_code, problem["code"]) == (400, "missing_header"), path


@pytest.mark.parametrize(
    "path",
    [
        "/api/purchases/pur_x",
        "/api/purchases/ord_0000000000000",
        "/api/purchases/pur_zzzzzzzzzzzzz",
        "/api/purchases/%00",
        "/api/purchases/pur_0000000000000%0A",
        f"/api/purchases/{show('pur', 64)}",
        f"/api/orders/{show('ord', 65)}",
        f"/api/markets/{show('mkt', 64)}",
        f"/api/products/{show('prd', 64)}",
        f"/api/sellers/{show('sel', 64)}",
        f"/api/sellers/{show('sel', 64)}/balances",
        f"/api/orders/{show('ord', 65)}/parcels",
        f"/api/stock/levels?offer={NOBODY}",
        "/api/nothing",
        "/problems/nothing",
        "/nothing",
    ],
)
async def test_what_a_path_names_and_is_not_there_is_a_404(shop: Shop, path: str) -> None:
    answer = await shop.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/purchases?limit=0", "limit"),
        ("/api/purchases?limit=201", "limit"),
        ("/api/purchases?limit=many", "limit"),
        ("/api/purchases?limit=99999999999999999999999", "limit"),
        ("/api/purchases?after=x", "after"),
        ("/api/purchases?after=ord_0000000000000", "after"),
    ],
)
async def test_a_bad_parameter_is_named(shop: Shop, path: str, name: str) -> None:
    answer = await shop.get(path, "buyer")
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)


async def test_another_method_is_a_405_that_says_which_are_allowed(shop: Shop) -> None:
    answer = await shop.http.delete("/api/markets", headers=shop.key("operator"))
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
