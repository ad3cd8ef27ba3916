"""A value that is none of those allowed is answered with those that are."""

from typing import Any

import msgspec
import pytest

from tests.edge.conftest import Shop

JSON = {"Content-Type": "application/x-ndjson"}


@pytest.mark.parametrize(
    ("path", "body", "pointer", "allowed"),
    [
        ("/api/stock/moves", {"reason": "found"}, "/reason", "`received` or `counted`"),
        ("/api/markets", {"tax": {"prices": "net"}}, "/tax/prices", "`inclusive` or `exclusive`"),
        ("/api/campaigns", {"kind": "gift"}, "/kind", "`item`, `order` or `shipping`"),
        ("/api/keys", {"scopes": ["read", "write"]}, "/scopes/1", "`read`"),
        (
            "/api/purchases/bulk",
            [{"payment": {"provider": "acme"}}],
            "/0/payment/provider",
            "`sandbox` or `stripe`",
        ),
    ],
)
async def test_a_body_is_told_what_may_stand_there(
    shop: Shop, path: str, body: Any, pointer: str, allowed: str
) -> None:
    answer = await shop.post(path, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_body")
    assert problem["pointer"] == pointer
    assert " is not `" in problem["detail"]
    assert allowed in problem["detail"]
    assert "enum" not in problem["detail"]


async def test_a_line_of_many_is_told_what_may_stand_there(shop: Shop) -> None:
    line = msgspec.json.encode({"payment": {"provider": "acme"}})
    answer = await shop.post("/api/purchases/bulk", content=line, headers=JSON)
    problem = answer.json()
    assert (answer.status_code, problem["line"]) == (422, 1)
    assert problem["pointer"] == "/payment/provider"
    assert problem["detail"].startswith("'acme' is not `alipay`, `bank`, ")


@pytest.mark.parametrize(
    ("path", "parameter", "detail"),
    [
        (
            "/api/screening/hits?state=lost",
            "state",
            "'lost' is not `cleared`, `confirmed`, `open` or `withdrawn`.",
        ),
        (
            "/api/invoices/1?format=doc",
            "format",
            "'doc' is not `csv`, `json` or `pdf`.",
        ),
    ],
)
async def test_a_query_parameter_is_told_its_values_by_its_own_name(
    shop: Shop, path: str, parameter: str, detail: str
) -> None:
    answer = await shop.get(path)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid_parameter")
    assert (problem["parameter"], problem["detail"]) == (parameter, detail)
