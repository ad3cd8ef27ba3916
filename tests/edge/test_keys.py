"""Keys over the API: listed by their beginnings, revoked, and never two that begin alike."""

from typing import Any

import pytest

from fondaco import parties
from fondaco.kernel import Refused, Sent, run
from fondaco.kernel.ids import parse
from fondaco.parties import KeyRefusal, Kind, Scope
from tests.edge.conftest import Shop


async def issued(shop: Shop, *scopes: Scope) -> str:
    """A new key of the first buyer's; its secret."""
    body = {"party": shop.ids["buyer"], "scopes": list(scopes)}
    return str((await shop.made("/api/keys", body))["secret"])


async def test_a_party_s_keys_are_listed_without_their_secrets(shop: Shop) -> None:
    secrets = sorted([await issued(shop, Scope.READ) for _ in range(3)])
    address = f"/api/keys?party={shop.ids['buyer']}&limit=2"
    seen: dict[str, Any] = {}
    while address:
        answer = await shop.get(address)
        assert answer.status_code == 200
        assert not any(secret in answer.text for secret in secrets)
        seen |= {one["prefix"]: one for one in answer.json()["keys"]}
        address = answer.json()["next"]
    assert len(seen) == 4, "three, and the one the buyer had"
    for secret in secrets:
        assert (seen[secret[:10]]["state"], seen[secret[:10]]["scopes"]) == ("works", ["read"])


async def test_a_revoked_key_is_refused_and_shown_as_revoked(shop: Shop) -> None:
    secret = await issued(shop)
    path = f"/api/keys/{secret[:10]}/revocation"
    for _ in range(2):
        again = await shop.post(path, key="revoke")
        assert (again.status_code, again.json()) == (201, {"prefix": secret[:10]})
    answer = await shop.http.get("/api/markets", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    listed = (await shop.get(f"/api/keys?party={shop.ids['buyer']}")).json()["keys"]
    assert {one["prefix"]: one["state"] for one in listed}[secret[:10]] == "revoked"
    late = await shop.post(path)
    assert (late.status_code, late.json()["code"]) == (404, "unknown_prefix")


@pytest.mark.parametrize("prefix", ["fk_nothing", "fk_", "x", "fk_1234567890", "%00"])
async def test_an_unknown_prefix_revokes_nothing(shop: Shop, prefix: str) -> None:
    answer = await shop.post(f"/api/keys/{prefix}/revocation")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_prefix")


async def test_only_the_operator_sees_and_revokes_keys(shop: Shop) -> None:
    secret = await issued(shop)
    for who in ("a", "buyer"):
        seen = await shop.get(f"/api/keys?party={shop.ids[who]}", who)
        done = await shop.post(f"/api/keys/{secret[:10]}/revocation", who=who)
        assert (seen.status_code, done.status_code) == (403, 403)


async def test_no_two_keys_begin_alike(shop: Shop) -> None:
    wishes = [
        Sent(
            parties.IssueKey(
                hash=bytes([n]) * 32, prefix="fk_alike__", kind=Kind.BUYER, scopes=(Scope.READ,),
                party=parse("per", shop.ids["buyer"]),
            ),
            "test", f"alike {n} {shop.ids['buyer']}",
        )
        for n in (1, 2)
    ]  # fmt: skip
    first, second = await run(shop.database, parties.issue_key, wishes)
    assert not isinstance(first, Refused | Exception)
    assert isinstance(second, Refused)
    assert second.code == KeyRefusal.PREFIX_TAKEN
