"""HEAD is answered wherever GET is: the same status and headers, and nothing after them."""

import httpx
import pytest

from tests.edge.conftest import Shop

PAGES = ("/", "/reference", "/style.css", "/icon.svg", "/api", "/health", "/ready", "/problems")


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/api/purchases/pur_x"])
async def test_head_is_get_without_its_body(shop: Shop, path: str) -> None:
    whole = await shop.get(path)
    bare = await shop.http.head(path, headers=shop.key("operator"))
    assert bare.status_code == whole.status_code
    assert bare.content == b""
    assert dict(bare.headers) | {"x-request-id": ""} == dict(whole.headers) | {"x-request-id": ""}
    assert int(bare.headers["content-length"]) == len(whole.content) > 0


async def test_head_needs_the_same_key(shop: Shop) -> None:
    path = f"/api/sellers/{shop.ids['a']}/balances"
    assert (await shop.http.head(path)).status_code == 401
    assert (await shop.http.head(path, headers=shop.key("a"))).status_code == 200
    assert (await shop.http.head(path, headers=shop.key("b"))).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("HEAD", "/api/stock/moves", {"POST"}),
        ("DELETE", "/health", {"GET", "HEAD"}),
        ("OPTIONS", "/health", {"GET", "HEAD"}),
        ("PUT", "/api/purchases", {"GET", "HEAD", "POST"}),
    ],
)
async def test_what_is_not_allowed_says_what_is(
    shop: Shop, method: str, path: str, allowed: set[str]
) -> None:
    answer: httpx.Response = await shop.http.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) - {"OPTIONS"} == allowed
