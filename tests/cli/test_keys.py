"""API keys from the command line: issued, listed, revoked, and honoured accordingly."""

import asyncio

import pytest

from fondaco import kernel, parties
from fondaco.kernel.ids import show
from tests.cli.conftest import Fondaco

pytestmark = pytest.mark.usefixtures("url")


def access(url: str, secret: str) -> parties.Access | None:
    async def look() -> parties.Access | None:
        database = await kernel.connect(url)
        try:
            return await parties.access_of(database, parties.hash_secret(secret))
        finally:
            await database.close()

    return asyncio.run(look())


def seller(url: str) -> str:
    async def found() -> str:
        database = await kernel.connect(url)
        wish = parties.Organise(kind=parties.Kind.SELLER, name="Seller")
        try:
            sent = kernel.Sent(wish, "test", "seller")
            [made] = await kernel.run(database, parties.organise, [sent])
        finally:
            await database.close()
        assert isinstance(made, parties.Organised)
        return show("sel", made.id)

    return asyncio.run(found())


def test_the_first_key_founds_the_operator_and_the_next_is_the_same_operators(
    fondaco: Fondaco, url: str
) -> None:
    first, second = (fondaco("key", "issue").out.strip() for _ in range(2))
    one, two = access(url, first), access(url, second)
    assert one is not None
    assert two is not None
    assert first != second
    assert one.party == two.party
    assert one.kind is parties.Kind.OPERATOR
    assert one.scopes == parties.ALLOWED[parties.Kind.OPERATOR]


def test_a_sellers_key_has_the_scopes_named(fondaco: Fondaco, url: str) -> None:
    said = fondaco("key", "issue", seller(url), "--scope", "read", "--scope", "stock:write")
    found = access(url, said.out.strip())
    assert found is not None
    assert found.scopes == {parties.Scope.READ, parties.Scope.STOCK_WRITE}


def test_a_seller_may_not_be_given_the_operators_scope(fondaco: Fondaco, url: str) -> None:
    said = fondaco("key", "issue", seller(url), "--scope", "admin")
    assert said.status == 2
    assert "may not hold the scope admin" in said.err


def test_a_revoked_key_opens_nothing(fondaco: Fondaco, url: str) -> None:
    secret = fondaco("key", "issue").out.strip()
    kept = fondaco("key", "issue").out.strip()
    assert fondaco("key", "revoke", secret[:10]).status == 0
    assert access(url, secret) is None
    assert access(url, kept) is not None
    listed = {line.split()[0]: line.split()[1] for line in fondaco("key", "list").out.splitlines()}
    assert listed == {f"{secret[:10]}...": "revoked", f"{kept[:10]}...": "works"}
    again = fondaco("key", "revoke", secret[:10])
    assert again.status == 1
    assert "revoked before" in again.err


@pytest.mark.parametrize(
    ("party", "words"),
    [
        ("sel_0123", "is not an id"),
        ("shop_0123456789abc", "is no party"),
        ("sel_0123456789abc", "there is no seller"),
    ],
)
def test_a_party_that_is_none(fondaco: Fondaco, party: str, words: str) -> None:
    said = fondaco("key", "issue", party)
    assert said.status in (1, 2)
    assert words in said.err
    assert said.out == ""
