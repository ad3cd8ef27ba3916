"""Founding organisations, registering people, memberships and API keys, in batches."""

import hashlib
import secrets
from typing import Any

from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import in_use
from fondaco.parties.model import (
    ALLOWED,
    IssueKey,
    Join,
    Joined,
    JoinRefusal,
    KeyIssued,
    KeyRefusal,
    KeyRevoked,
    Organise,
    Organised,
    PayoutAccountRefusal,
    PayoutAccountSet,
    Register,
    Registered,
    RevokeKey,
    RevokeRefusal,
    SetPayoutAccount,
    SettleIn,
    SettleInRefusal,
    SettlesIn,
)
from fondaco.parties.queries import known_organisations, known_people, sql


@command(Organised)
async def organise(tx: Tx, batch: Batch[Organise]) -> list[Organised | Refused]:
    """Found organisations."""
    rows: list[dict[str, Any]] = [
        {
            "id": tx.mint(),
            "kind": one.kind,
            "name": one.name,
            "country": one.country,
            "city": one.city,
            "reference": one.reference,
            "payout_account": one.payout_account,
            "at": at,
        }
        for one, at in zip(batch, batch.at, strict=True)
    ]
    await tx.fetch(sql.insert_organisations, bucket=tx.bucket, rows=as_json(rows))
    return [Organised(row["id"]) for row in rows]


@command(SettlesIn)
async def settle_in(tx: Tx, batch: Batch[SettleIn]) -> list[SettlesIn | Refused]:
    """Say what sellers are paid in. SettleInRefusal says why not.

    The same seller twice in one batch: the later one stands.
    """
    wanted = {one.seller: one.currency for one in batch if in_use(one.currency or "EUR")}
    rows = [{"id": id_, "currency": wanted[id_]} for id_ in sorted(wanted)]
    found = await tx.fetch(
        sql.set_settlement_currencies,
        bucket=tx.bucket, ids=sorted(wanted), rows=as_json(rows),
    )  # fmt: skip
    known = {row["id"] for row in found}
    outcomes: list[SettlesIn | Refused] = []
    for one in batch:
        if not in_use(one.currency or "EUR"):
            detail = f"{one.currency} is not a currency in use."
            outcomes.append(Refused(SettleInRefusal.UNKNOWN_CURRENCY, detail, "/currency"))
        elif one.seller not in known:
            detail = "There is no such seller."
            outcomes.append(Refused(SettleInRefusal.UNKNOWN_SELLER, detail))
        else:
            outcomes.append(SettlesIn(one.currency))
    return outcomes


@command(PayoutAccountSet)
async def set_payout_account(
    tx: Tx, batch: Batch[SetPayoutAccount]
) -> list[PayoutAccountSet | Refused]:
    """Say to which accounts sellers are paid. The same seller twice: the later one stands."""
    wanted = {one.seller: one for one in batch}
    rows = [
        {"id": id_, "account": one.account, "verified": one.verified}
        for id_, one in sorted(wanted.items())
    ]
    found = await tx.fetch(
        sql.set_payout_accounts, bucket=tx.bucket, ids=sorted(wanted), rows=as_json(rows)
    )
    known = {row["id"] for row in found}
    unknown = Refused(PayoutAccountRefusal.UNKNOWN_SELLER, "There is no such seller.")
    return [PayoutAccountSet(one.verified) if one.seller in known else unknown for one in batch]


@command(Registered)
async def register(tx: Tx, batch: Batch[Register]) -> list[Registered | Refused]:
    """Register people."""
    rows: list[dict[str, Any]] = [
        {"id": tx.mint(), "name": one.name, "reference": one.reference, "at": at}
        for one, at in zip(batch, batch.at, strict=True)
    ]
    await tx.fetch(sql.insert_people, bucket=tx.bucket, rows=as_json(rows))
    return [Registered(row["id"]) for row in rows]


@command(Joined)
async def join(tx: Tx, batch: Batch[Join]) -> list[Joined | Refused]:
    """Make people members of organisations. JoinRefusal says why not."""
    organisations = await known_organisations(tx, [one.organisation for one in batch])
    people = await known_people(tx, [one.person for one in batch])
    outcomes: list[Joined | Refused] = []
    rows = {}
    for one, at in zip(batch, batch.at, strict=True):
        if one.organisation not in organisations:
            outcomes.append(
                Refused(JoinRefusal.UNKNOWN_ORGANISATION, "There is no such organisation.")
            )
        elif one.person not in people:
            outcomes.append(Refused(JoinRefusal.UNKNOWN_PERSON, "There is no such person."))
        else:
            rows[one.organisation, one.person] = {
                "organisation": one.organisation, "person": one.person, "role": one.role, "at": at
            }  # fmt: skip
            outcomes.append(Joined())
    await tx.fetch(sql.upsert_members, bucket=tx.bucket, rows=as_json(list(rows.values())))
    return outcomes


@command(KeyIssued)
async def issue_key(tx: Tx, batch: Batch[IssueKey]) -> list[KeyIssued | Refused]:
    """Keep API keys by their hashes. KeyRefusal says why not."""
    parties = [one.party for one in batch]
    known = await known_organisations(tx, parties) | await known_people(tx, parties)
    refused: dict[int, Refused] = {}
    rows = {}
    for n, (one, at) in enumerate(zip(batch, batch.at, strict=True)):
        if one.party not in known:
            refused[n] = Refused(KeyRefusal.UNKNOWN_PARTY, "There is no such party.")
        elif not set(one.scopes) <= ALLOWED[one.kind]:
            over = ", ".join(sorted(set(one.scopes) - ALLOWED[one.kind]))
            detail = f"A {one.kind} may not hold the scope {over}."
            refused[n] = Refused(KeyRefusal.SCOPE_NOT_ALLOWED, detail)
        else:
            rows[n] = {
                "hash": one.hash.hex(),
                "prefix": one.prefix,
                "party": one.party,
                "kind": one.kind,
                "scopes": one.scopes,
                "at": at,
                "expires_at": one.expires_at,
            }
    kept = {r["hash"] for r in await tx.fetch(sql.insert_keys, rows=as_json([*rows.values()]))}
    taken = Refused(KeyRefusal.PREFIX_TAKEN, "Another key begins like this one; ask for another.")
    refused |= {n: taken for n, row in rows.items() if row["hash"] not in kept}
    return [refused.get(n) or KeyIssued(one.prefix) for n, one in enumerate(batch)]


@command(KeyRevoked)
async def revoke_key(tx: Tx, batch: Batch[RevokeKey]) -> list[KeyRevoked | Refused]:
    """Revoke API keys. RevokeRefusal says why not; a server may honour one for seconds more."""
    at = {one.prefix: when for one, when in zip(batch, batch.at, strict=True)}
    rows = [{"prefix": prefix, "at": when} for prefix, when in at.items()]
    found = await tx.fetch(sql.revoke_keys, prefixes=list(at), rows=as_json(rows))
    revoked = {row["prefix"] for row in found}
    detail = "There is no such key, or it was revoked before."
    refusal = Refused(RevokeRefusal.UNKNOWN_PREFIX, detail)
    return [KeyRevoked(one.prefix) if one.prefix in revoked else refusal for one in batch]


def new_secret() -> tuple[str, bytes, str]:
    """A fresh API key: the secret to show once, the hash to keep, the prefix to show."""
    secret = f"fk_{secrets.token_urlsafe(32)}"
    return secret, hash_secret(secret), secret[:10]


def hash_secret(secret: str) -> bytes:
    """Hash of an API key; keys are 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()
