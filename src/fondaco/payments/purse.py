"""Giving store credit, drawing on it, and putting it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from fondaco import ledger, parties
from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.money import exponent, show
from fondaco.payments.credit import (
    BlockGiftCard,
    CardRefusal,
    CreditGranted,
    Draw,
    Drawn,
    DrawRefusal,
    GiftCardBlocked,
    GiftCardIssued,
    GrantCredit,
    GrantRefusal,
    IssueGiftCard,
    Purse,
    PutBack,
    WasPutBack,
)
from fondaco.payments.model import BRIDGE, GIFT_CARD, GOODWILL, WALLET
from fondaco.payments.queries import sql

_ACCOUNTS = {Purse.WALLET: WALLET, Purse.GIFT_CARD: GIFT_CARD}


class _Purses:
    """Locked balances of wallets and cards, and what a batch does with them."""

    def __init__(self, tx: Tx, balances: dict[ledger.Key, int]) -> None:
        self._tx = tx
        self.balances = balances
        self._moves: list[dict[str, Any]] = []
        self._journals: list[ledger.Journal] = []

    def move(
        self, id_: int, purse: Purse, subject: int, other: ledger.Account, change: int,
        currency: str, kind: str, cause: int, at: datetime, reason: str = "",
    ) -> int:  # fmt: skip
        """Move credit in from, or out to, another account; what is there then."""
        account = _ACCOUNTS[purse]
        key = account.key(subject, currency)
        if change:
            own, amount = account(subject), abs(change)
            pair = (own, other) if change < 0 else (other, own)
            posting = ledger.Posting(*pair, currency, amount)
            self._journals.append(ledger.Journal(subject, cause, f"credit_{kind}", at, [posting]))
            bucket = bucket_of(subject, self._tx.database.buckets)
            self._moves.append(
                {
                    "bucket": bucket, "id": id_, "account": purse, "subject": subject,
                    "currency": currency, "change": change, "kind": kind, "reason": reason,
                    "at": at,
                }
            )  # fmt: skip
            self.balances[key] += change
        return self.balances[key]

    async def write(self) -> None:
        await self._tx.fetch(sql.insert_credit_moves, rows=as_json(self._moves))
        await ledger.post(self._tx, self._journals)


async def _open(tx: Tx, wanted: Iterable[tuple[Purse, int, str]]) -> _Purses:
    keys = [_ACCOUNTS[purse].key(subject, currency) for purse, subject, currency in wanted]
    return _Purses(tx, await ledger.lock(tx, keys))


@command(CreditGranted)
async def grant_credit(tx: Tx, batch: Batch[GrantCredit]) -> list[CreditGranted | Refused]:
    """Give people store credit. GrantRefusal says why not."""
    people, _ = await parties.standing(tx, [one.person for one in batch], [])
    purses = await _open(tx, [(Purse.WALLET, one.person, one.currency) for one in batch])
    outcomes: list[CreditGranted | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        if one.person not in people:
            detail = "There is no such person."
            outcomes.append(Refused(GrantRefusal.UNKNOWN_PERSON, detail, "/buyer"))
        elif (unknown := _unknown_currency(one.currency)) is not None:
            outcomes.append(Refused(GrantRefusal.UNKNOWN_CURRENCY, unknown, "/currency"))
        else:
            balance = purses.move(
                cause, Purse.WALLET, one.person, GOODWILL(one.person), one.amount,
                one.currency, "grant", cause, at, one.reason,
            )  # fmt: skip
            outcomes.append(CreditGranted(balance))
    await purses.write()
    return outcomes


def _unknown_currency(currency: str) -> str | None:
    try:
        exponent(currency)
    except ValueError as error:
        return f"{error}."
    return None


@command(GiftCardIssued)
async def issue_gift_card(tx: Tx, batch: Batch[IssueGiftCard]) -> list[GiftCardIssued | Refused]:
    """Issue gift cards with credit on them. CardRefusal says why not."""
    hashes = sorted({one.hash for one in batch})
    taken = {row["hash"] for row in await tx.fetch(sql.cards_by_hash, hashes=hashes)}
    ids = [tx.mint() for _ in batch]
    purses = await _open(
        tx, [(Purse.GIFT_CARD, id_, one.currency) for id_, one in zip(ids, batch, strict=True)]
    )
    outcomes: list[GiftCardIssued | Refused] = []
    rows = []
    for one, id_, cause, at in zip(batch, ids, batch.ids, batch.at, strict=True):
        if (refusal := _issue_refusal(one, taken, at)) is not None:
            outcomes.append(refusal)
            continue
        taken.add(one.hash)
        rows.append(
            {
                "hash": one.hash.hex(), "id": id_, "hint": one.hint, "currency": one.currency,
                "issued": one.amount, "expires_at": one.expires_at, "at": at,
            }
        )  # fmt: skip
        purses.move(
            cause, Purse.GIFT_CARD, id_, GOODWILL(id_), one.amount, one.currency, "grant", cause, at
        )
        outcomes.append(GiftCardIssued(id_))
    await tx.fetch(sql.insert_cards, rows=as_json(rows))
    await purses.write()
    return outcomes


def _issue_refusal(one: IssueGiftCard, taken: set[bytes], at: datetime) -> Refused | None:
    if (unknown := _unknown_currency(one.currency)) is not None:
        return Refused(CardRefusal.UNKNOWN_CURRENCY, unknown, "/currency")
    if one.expires_at is not None and one.expires_at <= at:
        detail = "The card would have expired already."
        return Refused(CardRefusal.EXPIRED, detail, "/expires_at")
    if one.hash in taken:
        return Refused(CardRefusal.CODE_TAKEN, "There is a card with this code.")
    return None


@command(GiftCardBlocked)
async def block_gift_card(tx: Tx, batch: Batch[BlockGiftCard]) -> list[GiftCardBlocked | Refused]:
    """Block gift cards, or unblock them. CardRefusal says why not."""
    last = {one.card: one.blocked for one in batch}
    rows = [{"id": id_, "blocked": blocked} for id_, blocked in sorted(last.items())]
    found = await tx.fetch(sql.block_cards, ids=sorted(last), rows=as_json(rows))
    known = {row["id"] for row in found}
    unknown = Refused(CardRefusal.UNKNOWN_CARD, "There is no such gift card.")
    return [GiftCardBlocked(one.blocked) if one.card in known else unknown for one in batch]


@command(Drawn)
async def draw(tx: Tx, batch: Batch[Draw]) -> list[Drawn | Refused]:
    """Pay payments out of wallets and cards, first come first served. DrawRefusal says why not."""
    cards = await _cards(tx, [one.subject for one in batch if one.purse is Purse.GIFT_CARD])
    purses = await _open(tx, [(one.purse, one.subject, one.currency) for one in batch])
    outcomes: list[Drawn | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        left = purses.balances[_ACCOUNTS[one.purse].key(one.subject, one.currency)]
        refusal = _draw_refusal(one, cards.get(one.subject), left, at)
        if refusal is not None:
            outcomes.append(refusal)
            continue
        bridge = BRIDGE(one.payment)
        balance = purses.move(
            one.payment, one.purse, one.subject, bridge, -one.amount, one.currency, "payment",
            cause, at,
        )  # fmt: skip
        outcomes.append(Drawn(balance))
    await purses.write()
    return outcomes


async def _cards(tx: Tx, ids: Sequence[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = await tx.fetch(sql.cards, ids=sorted(set(ids)))
    return {row["id"]: row for row in rows}


def _draw_refusal(one: Draw, card: Any, left: int, at: datetime) -> Refused | None:
    if one.purse is Purse.GIFT_CARD:
        if card is None:
            return Refused(DrawRefusal.UNKNOWN_CARD, "There is no such gift card.")
        if card["blocked"]:
            return Refused(DrawRefusal.BLOCKED, "The gift card is blocked.")
        if card["expires_at"] is not None and card["expires_at"] <= at:
            return Refused(DrawRefusal.EXPIRED, "The gift card has expired.")
    if one.amount > left:
        where = "on the gift card" if one.purse is Purse.GIFT_CARD else "in the wallet"
        detail = f"There is {show(left, one.currency)} {where}."
        return Refused(DrawRefusal.INSUFFICIENT, detail)
    return None


@command(WasPutBack)
async def put_back(tx: Tx, batch: Batch[PutBack]) -> list[WasPutBack | Refused]:
    """Put refunds into wallets and back on cards. Never refuses: the money has to go somewhere."""
    purses = await _open(tx, [(one.purse, one.subject, one.currency) for one in batch])
    outcomes: list[WasPutBack | Refused] = [
        WasPutBack(
            purses.move(
                one.refund, one.purse, one.subject, BRIDGE(one.payment), one.amount,
                one.currency, "refund", cause, at,
            )
        )
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]  # fmt: skip
    await purses.write()
    return outcomes
