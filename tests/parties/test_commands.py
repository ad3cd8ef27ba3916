"""Parties: founded, registered, joined, and let in by keys whose secrets are kept nowhere."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fondaco import parties
from fondaco.parties import (
    ALLOWED,
    IssueKey,
    Join,
    JoinRefusal,
    KeyRefusal,
    Kind,
    Organise,
    Register,
    RevokeKey,
    RevokeRefusal,
    Role,
    Scope,
    hash_secret,
    new_secret,
)
from tests.world import World

READ = (Scope.READ,)


async def seller(world: World) -> int:
    return (await world.do(parties.organise, Organise(kind=Kind.SELLER, name="Lamps"))).id


async def person(world: World) -> int:
    return (await world.do(parties.register, Register(name="Ada"))).id


async def key(world: World, party: int, kind: Kind, *scopes: Scope) -> bytes:
    """Issue a key; its hash."""
    _, hash_, prefix = new_secret()
    wish = IssueKey(hash=hash_, prefix=prefix, party=party, kind=kind, scopes=scopes)
    assert (await world.do(parties.issue_key, wish)).prefix == prefix
    return hash_


async def test_an_organisation_is_kept_as_it_was_founded(world: World) -> None:
    wish = Organise(
        kind=Kind.SELLER, name="Lämpchen", country="DE", city="Köln", reference="x-1",
        payout_account="DE00",
    )  # fmt: skip
    id_ = (await world.do(parties.organise, wish)).id
    row = (await parties.organisations(world.database, [id_, 1]))[id_]
    assert dict(row) == {
        "id": id_, "kind": "seller", "name": "Lämpchen", "country": "DE", "city": "Köln",
        "reference": "x-1", "payout_account": "DE00", "payout_verified": True,
            "state": "active",
    }  # fmt: skip


async def test_people_and_organisations_are_told_apart(world: World) -> None:
    someone, firm = await person(world), await seller(world)
    async with world.database.transaction() as tx:
        assert await parties.known_people(tx, [someone, firm, 1]) == {someone}
        assert await parties.known_organisations(tx, [someone, firm, 1]) == {firm}
        assert await parties.standing(tx, [someone, firm], [firm, someone]) == (
            {someone},
            {firm: ""},
        )


async def test_sellers_are_listed_by_name(world: World) -> None:
    prefix = uuid4().hex
    names = [f"{prefix} {letter}" for letter in "cab"]
    wishes = [Organise(kind=Kind.SELLER, name=name) for name in names]
    await world.batch(parties.organise, [*wishes, Organise(kind=Kind.OPERATOR, name=prefix)])
    first = await parties.list_sellers(world.database, (prefix, 0), 2)
    assert [row["name"][-1] for row in first] == ["a", "b"]
    rest = await parties.list_sellers(world.database, (first[-1]["name"], first[-1]["id"]), 1)
    assert rest[0]["name"] == f"{prefix} c"


async def test_a_member_joins_and_changes_role(world: World) -> None:
    firm, one, other = await seller(world), await person(world), await person(world)
    roles = [(one, Role.CLERK), (other, Role.VIEWER), (one, Role.OWNER)]
    await world.batch(
        parties.join, [Join(organisation=firm, person=who, role=role) for who, role in roles]
    )
    query = "select person, role from parties.member where organisation = :firm"
    assert {tuple(row) for row in await world.rows(query, firm=firm)} == {
        (one, "owner"), (other, "viewer"),
    }  # fmt: skip
    await world.do(parties.join, Join(organisation=firm, person=other, role=Role.CLERK))
    assert {row["role"] for row in await world.rows(query, firm=firm)} == {"owner", "clerk"}


async def test_refuses_a_member_of_nothing_and_a_member_who_is_nobody(world: World) -> None:
    firm, someone = await seller(world), await person(world)
    assert (
        await world.refused(parties.join, Join(organisation=1, person=1, role=Role.CLERK))
        == JoinRefusal.UNKNOWN_ORGANISATION
    )
    assert (
        await world.refused(parties.join, Join(organisation=firm, person=1, role=Role.CLERK))
        == JoinRefusal.UNKNOWN_PERSON
    )
    assert (
        await world.refused(parties.join, Join(organisation=firm, person=firm, role=Role.CLERK))
        == JoinRefusal.UNKNOWN_PERSON
    ), "a firm is no person"
    await world.do(parties.join, Join(organisation=firm, person=someone, role=Role.CLERK))


async def test_a_key_opens_what_it_was_issued_for(world: World) -> None:
    firm = await seller(world)
    hash_ = await key(world, firm, Kind.SELLER, Scope.READ, Scope.STOCK_WRITE)
    access = await parties.access_of(world.database, hash_)
    assert access is not None
    assert (access.party, access.kind) == (firm, Kind.SELLER)
    assert access.scopes == {Scope.READ, Scope.STOCK_WRITE}
    assert access.principal == f"seller:{firm}", "the party's, whichever key it uses"


async def test_a_key_of_a_person_is_a_buyer_s(world: World) -> None:
    someone = await person(world)
    access = await parties.access_of(
        world.database, await key(world, someone, Kind.BUYER, Scope.PURCHASES_WRITE)
    )
    assert access is not None
    assert access.principal == f"buyer:{someone}"


async def test_an_expiry_is_kept_with_the_key(world: World) -> None:
    _, hash_, prefix = new_secret()
    then = world.clock() + timedelta(days=1)
    wish = IssueKey(
        hash=hash_, prefix=prefix, party=await seller(world), kind=Kind.SELLER, scopes=READ,
        expires_at=then,
    )  # fmt: skip
    await world.do(parties.issue_key, wish)
    access = await parties.access_of(world.database, hash_)
    assert access is not None
    assert access.expires_at == then


async def test_refuses_a_key_for_nobody(world: World) -> None:
    _, hash_, prefix = new_secret()
    wish = IssueKey(hash=hash_, prefix=prefix, party=1, kind=Kind.SELLER, scopes=READ)
    assert await world.refused(parties.issue_key, wish) == KeyRefusal.UNKNOWN_PARTY
    assert await parties.access_of(world.database, hash_) is None


@pytest.mark.parametrize("kind", [Kind.SELLER, Kind.BUYER])
async def test_refuses_a_scope_that_the_kind_of_party_may_not_have(
    world: World, kind: Kind
) -> None:
    party = await seller(world)
    for scope in set(Scope) - ALLOWED[kind]:
        _, hash_, prefix = new_secret()
        wish = IssueKey(
            hash=hash_, prefix=prefix, party=party, kind=kind, scopes=(Scope.READ, scope)
        )
        assert await world.refused(parties.issue_key, wish) == KeyRefusal.SCOPE_NOT_ALLOWED
        assert await parties.access_of(world.database, hash_) is None


def test_only_the_operator_may_do_everything() -> None:
    assert ALLOWED[Kind.OPERATOR] == set(Scope)
    assert Scope.ADMIN not in ALLOWED[Kind.SELLER] | ALLOWED[Kind.BUYER]


async def test_a_revoked_key_opens_nothing(world: World) -> None:
    secret, hash_, prefix = new_secret()
    wish = IssueKey(
        hash=hash_, prefix=prefix, party=await seller(world), kind=Kind.SELLER, scopes=READ
    )
    await world.do(parties.issue_key, wish)
    await world.do(parties.revoke_key, RevokeKey(prefix=prefix))
    assert await parties.access_of(world.database, hash_secret(secret)) is None
    again = await world.refused(parties.revoke_key, RevokeKey(prefix=prefix))
    assert again == RevokeRefusal.UNKNOWN_PREFIX


async def test_refuses_to_revoke_a_key_that_never_was(world: World) -> None:
    refusal = await world.refused(parties.revoke_key, RevokeKey(prefix="fk_nothing"))
    assert refusal == RevokeRefusal.UNKNOWN_PREFIX


async def test_the_secret_itself_is_stored_nowhere(world: World) -> None:
    secret, hash_, prefix = new_secret()
    wish = IssueKey(
        hash=hash_, prefix=prefix, party=await seller(world), kind=Kind.SELLER, scopes=READ
    )
    await world.do(parties.issue_key, wish)
    for table in ("parties.api_key", "kernel.command", "kernel.outbox"):
        rows = await world.rows(
            f"select from {table} t where strpos(t::text, :secret) > 0", secret=secret[10:]
        )
        assert rows == [], table
    assert secret.startswith(prefix)
    assert hash_secret(secret) == hash_


def test_secrets_differ() -> None:
    assert len({new_secret()[0] for _ in range(100)}) == 100
