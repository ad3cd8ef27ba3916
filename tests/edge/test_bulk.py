"""Bulk: up to a thousand at once, as an array or NDJSON; one outcome each."""

import json
from typing import Any

import pytest

from tests.edge.conftest import Shop

NDJSON = {"Content-Type": "application/x-ndjson"}


def ndjson(items: list[Any]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


async def test_a_thousand_purchases_as_ndjson_get_one_outcome_each(shop: Shop) -> None:
    more = {"offer": shop.ids["offer a"], "location": shop.ids["location a"], "quantity": 990}
    await shop.made("/api/stock/moves", more, "a")
    body = ndjson([shop.purchase(reference=str(n)) for n in range(1000)])
    answer = await shop.post(
        "/api/purchases/bulk", who="buyer", content=body, headers=NDJSON, key="bulk"
    )
    outcomes = [json.loads(line) for line in answer.content.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [outcome["status"] for outcome in outcomes] == [201] * 1000
    assert {outcome["purchase"]["payment"]["status"] for outcome in outcomes} == {"captured"}
    before = await shop.traces()
    again = await shop.post(
        "/api/purchases/bulk", who="buyer", content=body, headers=NDJSON, key="bulk"
    )
    assert again.content == answer.content
    assert await shop.traces() == before


async def test_an_array_is_answered_by_an_array_and_a_refusal_harms_no_other(shop: Shop) -> None:
    items = [
        shop.purchase(("a", 10)),
        shop.purchase(("a", 1)),
        shop.purchase(("b", 1), token="tok_declined"),
    ]
    answer = await shop.post("/api/purchases/bulk", items, "buyer")
    sold, refused, declined = answer.json()
    assert [sold["status"], refused["status"], declined["status"]] == [201, 409, 201]
    assert refused["problem"]["code"] == "sold_out"
    assert declined["purchase"]["payment"]["status"] == "declined"


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        (b'{"market": "mkt', 400, "malformed_json"),
        (b"", 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b'{"market": 1}', 422, "invalid_body"),
        (b'{"market": "\\u0000"}', 422, "invalid_body"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
async def test_one_bad_line_is_named_and_nothing_is_changed(
    shop: Shop, line: bytes, status: int, code: str, last: bool
) -> None:
    if last and not line:
        pytest.skip("an empty last line is the end")
    good = ndjson([shop.purchase()])
    before = await shop.traces()
    body = good + line if last else good + line + b"\n" + good
    answer = await shop.post("/api/purchases/bulk", who="buyer", content=body, headers=NDJSON)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["line"]) == (status, code, 2)
    assert await shop.traces() == before


async def test_a_wrong_item_of_an_array_is_pointed_at(shop: Shop) -> None:
    items = [shop.purchase(), shop.purchase(("a", -1))]
    before = await shop.traces()
    answer = await shop.post("/api/purchases/bulk", items, "buyer")
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/1/lines/0/quantity")
    assert await shop.traces() == before


@pytest.mark.parametrize(("count", "code"), [(0, "no_lines"), (1001, "too_many_lines")])
@pytest.mark.parametrize("form", ["array", "ndjson"])
async def test_too_many_or_none_are_refused(shop: Shop, count: int, code: str, form: str) -> None:
    items = [shop.purchase()] * count
    if form == "array":
        answer = await shop.post("/api/purchases/bulk", items, "buyer")
    else:
        body = ndjson(items) or b"\n"
        answer = await shop.post("/api/purchases/bulk", who="buyer", content=body, headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_changed_line_under_the_same_key_is_refused_alone(shop: Shop) -> None:
    first = [shop.purchase(reference="one"), shop.purchase(reference="two")]
    await shop.post("/api/purchases/bulk", first, "buyer", key="lines")
    before = await shop.traces()
    second = [first[0], shop.purchase(reference="three")]
    same, other = (await shop.post("/api/purchases/bulk", second, "buyer", key="lines")).json()
    assert (same["status"], other["status"]) == (201, 422)
    assert other["problem"]["code"] == "key_reused"
    assert await shop.traces() == before


async def test_shipment_events_in_bulk_reach_only_the_sellers_own(shop: Shop) -> None:
    made = await shop.bought(("a", 1), ("b", 1))
    parcels = []
    for order, who in zip(made["orders"], ("a", "b"), strict=True):
        path = f"/api/orders/{order['id']}/shipment"
        parcels.append((await shop.made(path, {"carrier": "DHL"}, who))["id"])
    events = [{"parcel": parcel, "kind": "delivered"} for parcel in parcels]
    mine, theirs = (await shop.post("/api/parcels/events/bulk", events, "a")).json()
    assert (mine["status"], mine["event"]["order_state"]) == (201, "delivered")
    assert (theirs["status"], theirs["problem"]["code"]) == (422, "unknown_parcel")
