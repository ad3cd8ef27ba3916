"""Campaigns and coupons over the API: opened, used, shown to whom they concern, ended."""

from typing import Any

import pytest

from tests.edge.conftest import Shop

PERIOD = {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}


def campaign(shop: Shop, code: str, **more: Any) -> dict[str, Any]:
    return {
        "market": shop.ids["market"], "name": f"Sale {code}", "kind": "order", "code": code,
        "discount": {"amount": 100}, **PERIOD, **more,
    }  # fmt: skip


def cart(shop: Shop, *coupons: str) -> dict[str, Any]:
    return {
        "market": shop.ids["market"], "payment": {"token": "tok_ok"}, "coupons": coupons,
        "lines": [{"offer": shop.ids["offer a"], "quantity": 1},
                  {"offer": shop.ids["offer b"], "quantity": 1}],
    }  # fmt: skip


async def test_a_joint_coupon_is_used_shown_and_ended(shop: Shop) -> None:
    joint = {"funding": {"seller": 60, "platform": 40}, "limits": {"uses": 5, "budget": 1000}}
    made = await shop.made("/api/campaigns", campaign(shop, "joint", **joint))
    plain = await shop.made("/api/purchases", cart(shop), "buyer")
    bought = await shop.made("/api/purchases", cart(shop, "Joint"), "buyer")
    assert bought["total"] == plain["total"] - 100
    view = (await shop.get(f"/api/purchases/{bought['id']}", "buyer")).json()
    lines = [line for order in view["orders"] for line in order["lines"]]
    assert sum(line["discount"] for line in lines) == 100
    shown = [discount for line in lines for discount in line["discounts"]]
    assert {(one["campaign"], one["code"]) for one in shown} == {(made["id"], "JOINT")}
    assert sum(one["amount"] for one in shown) == 100
    assert sum(one["borne_by_seller"] for one in shown) == 60
    path = f"/api/campaigns/{made['id']}"
    told = (await shop.get(path)).json()
    assert (told["uses"], told["spent"], told["code"]) == (1, 100, "JOINT")
    assert (await shop.post(f"{path}/end")).status_code == 200
    again = await shop.post(f"{path}/end")
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")
    late = await shop.post("/api/purchases", cart(shop, "joint"), "buyer")
    assert (late.status_code, late.json()["code"]) == (409, "coupon_ended")
    assert late.json()["pointer"] == "/coupons/0"


async def test_a_seller_has_its_own_campaigns_and_sees_no_other(shop: Shop) -> None:
    ours = await shop.made("/api/campaigns", campaign(shop, "shop-a"), "a")
    await shop.made("/api/campaigns", campaign(shop, "house"))
    listed = f"/api/campaigns?market={shop.ids['market']}"
    [one] = (await shop.get(listed, "a")).json()["campaigns"]
    assert one["id"] == ours["id"]
    assert one["owner"] == one["scope"]["seller"] == shop.ids["a"]
    assert one["funding"] == {"seller": 1, "platform": 0}
    assert len((await shop.get(listed)).json()["campaigns"]) == 2
    assert (await shop.get(listed, "b")).json()["campaigns"] == []
    for stranger in (
        await shop.get(f"/api/campaigns/{ours['id']}", "b"),
        await shop.post(f"/api/campaigns/{ours['id']}/end", who="b"),
    ):
        assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_campaign")
    assert (await shop.get(listed, "buyer")).status_code == 403


@pytest.mark.parametrize(
    ("more", "status", "code", "pointer"),
    [
        ({"funding": {"seller": 1, "platform": 1}}, 409, "forbidden", "/funding/platform"),
        ({"discount": {}}, 422, "bad_discount", "/discount/amount"),
        ({"discount": {"amount": 1, "cup": 1}}, 422, "invalid_body", "/discount/cup"),
        ({"ends_at": "2019-01-01T00:00:00Z"}, 422, "bad_period", "/ends_at"),
        ({"ends_at": "2099-01-01T00:00:00"}, 422, "invalid_body", "/ends_at"),
        ({"code": "a b"}, 422, "invalid_body", "/code"),
    ],
)
async def test_a_bad_campaign_is_refused(
    shop: Shop, more: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = await shop.post("/api/campaigns", campaign(shop, "bad") | more, "a")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["pointer"] == pointer


async def test_a_coupon_that_nobody_has_is_unknown(shop: Shop) -> None:
    answer = await shop.post("/api/purchases", cart(shop, "nothing"), "buyer")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_coupon")
    assert answer.json()["pointer"] == "/coupons/0"
