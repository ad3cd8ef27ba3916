"""Limits on size, rate, queue and time; and what is told when the database is away."""

import asyncio
from typing import Any

import pytest

from fondaco.kernel import Gatherer, Overloaded, Unavailable
from fondaco.kernel.front import Front
from tests.edge.conftest import Shop


async def test_a_body_over_the_limit_is_a_413(small_shop: Shop) -> None:
    answer = await small_shop.post(
        "/api/purchases", small_shop.purchase(("a", 1), reference="x" * 2000), "buyer"
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_webhook_over_the_limit_is_a_413(small_shop: Shop) -> None:
    answer = await small_shop.http.post("/api/webhooks/sandbox", content=b" " * 2001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_one_key_may_ask_only_so_often(small_shop: Shop) -> None:
    await small_shop.get("/api/markets", "buyer")  # a key not seen before counts for its address
    statuses = [(await small_shop.get("/api/markets", "buyer")).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    last = await small_shop.get("/api/markets", "buyer")
    assert last.json()["code"] == "too_many_requests"
    assert int(last.headers["retry-after"]) >= 0
    assert (await small_shop.get("/api/markets", "other")).status_code == 200


@pytest.mark.parametrize(
    ("error", "code"),
    [(Overloaded(), "overloaded"), (Unavailable("gone"), "unavailable")],
)
async def test_what_cannot_be_done_now_says_when_to_come_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    async def refuse(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(Gatherer, "submit", refuse)
    answer = await shop.post("/api/purchases", shop.purchase(), "buyer")
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer.headers["retry-after"] == "1"


async def test_a_full_queue_takes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.app.state.gatherer, "_queue_limit", 2)
    before = await shop.traces()
    answer = await shop.post("/api/purchases/bulk", [shop.purchase()] * 3, "buyer")
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert await shop.traces() == before


async def test_an_error_of_ours_is_a_500_that_tells_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> Any:
        raise RuntimeError("the secret plan")

    monkeypatch.setattr(Gatherer, "submit", fail)
    answer = await shop.post("/api/purchases", shop.purchase(), "buyer")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret plan" not in answer.text


async def test_a_request_without_an_answer_in_time_is_a_504(shop: Shop) -> None:
    sent: list[Any] = []

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": []}
    front = Front(never, timeout=0.01)
    await front(scope, lambda: None, send)  # type: ignore[arg-type, return-value]
    assert sent[0]["status"] == 504
    assert b"same key" in sent[1]["body"]
    await front.idle()


async def test_every_answer_has_safe_headers_and_the_requests_id(shop: Shop) -> None:
    answer = await shop.http.get("/health", headers={"X-Request-Id": "mine-1"})
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    forged = await shop.http.get("/health", headers={"X-Request-Id": "a b\tc"})
    assert forged.headers["x-request-id"] != "a b\tc"


async def test_health_readiness_and_metrics(shop: Shop) -> None:
    assert (await shop.http.get("/health")).status_code == 200
    assert (await shop.http.get("/ready")).json() == {"status": "ready"}
    metrics = await shop.get("/metrics")
    assert "fondaco_request_seconds" in metrics.text


async def test_every_problem_is_explained(shop: Shop) -> None:
    everything = (await shop.http.get("/problems")).json()
    assert {"sold_out", "key_reused", "overloaded"} <= {one["code"] for one in everything}
    one = (await shop.http.get("/problems/sold_out")).json()
    assert one == {
        "type": "/problems/sold_out", "code": "sold_out", "title": "Sold out", "status": 409,
    }  # fmt: skip
