"""Store credit: wallets and gift cards."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, HeaderParameter, JSONBody

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Currency, id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.payments.codes import hash_code, make_code
from fondaco.payments.credit import (
    Amount,
    BlockGiftCard,
    GrantCredit,
    IssueGiftCard,
    Purse,
    Reason,
)
from fondaco.payments.purse import block_gift_card, grant_credit, issue_gift_card
from fondaco.payments.queries import (
    cards_by_hash,
    credit_balances,
    credit_history,
    gift_cards,
)

Caller = Request[Any, parties.Access, State]
_NEWEST = 2**63 - 1
_HINT = 4


class NewCredit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Store credit to be given to a buyer, in minor units."""

    currency: Currency
    amount: Amount
    reason: Reason = ""


class NewCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gift card to be issued, with its credit in minor units."""

    currency: Currency
    amount: Amount
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class CardMade(msgspec.Struct, frozen=True):
    """A new gift card. Only a hash of its code is kept: note the code now."""

    id: str
    code: str


class CardView(msgspec.Struct, frozen=True):
    """A gift card; `hint` is the end of its code."""

    id: str
    hint: str
    currency: str
    issued: int
    expires_at: datetime | None
    blocked: bool


class CardPage(msgspec.Struct, frozen=True):
    """Gift cards in order; `next` is the address of the page after, if there is one."""

    gift_cards: list[CardView]
    next: str | None


class CardBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a card is to be blocked."""

    blocked: bool


class CreditView(msgspec.Struct, frozen=True):
    """What is in a wallet or on a card, in minor units."""

    currency: str
    amount: int


class MoveView(msgspec.Struct, frozen=True):
    """What came in (positive) or was drawn, and what for: a grant, a payment or a refund."""

    id: str
    currency: str
    change: int
    kind: str
    reason: str
    at: datetime


class Wallet(msgspec.Struct, frozen=True):
    """A wallet's balances, and what moved, latest first; `next` is the address of older moves."""

    balances: list[CreditView]
    moves: list[MoveView]
    next: str | None


@post(
    "/api/buyers/{buyer_id:str}/credit",
    dto=Strict[NewCredit],
    **writes("purchases:write", "operator"),
)
async def give_credit(
    data: JSONBody[NewCredit],
    request: Caller,
    buyer_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> CreditView:
    """Give a buyer store credit; what is in the wallet then."""
    wish = GrantCredit(
        person=id_in_path("per", buyer_id), currency=data.currency, amount=data.amount,
        reason=data.reason,
    )  # fmt: skip
    given = await submit(request, grant_credit, wish, idempotency_key, "unknown_person")
    return CreditView(data.currency, given.balance)


@get("/api/buyers/{buyer_id:str}/credit", **reads("read", "buyer", "operator"))
async def wallet(
    request: Caller,
    buyer_id: FromPath[str],
    after: Annotated[str | None, after("mov")] = None,
    limit: Limit = 50,
) -> Wallet:
    """A buyer's store credit and where it came from."""
    person = id_in_path("per", buyer_id)
    if parties.only_buyer(request.auth) not in (None, person):
        raise Problem(404, "unknown_buyer", "There is no such buyer.")
    database = request.app.state.database
    rows = await credit_history(database, person, parsed("mov", after) or _NEWEST, limit)
    moves = [
        MoveView(
            show("mov", row["id"]), row["currency"], row["change"], row["kind"], row["reason"],
            row["at"],
        )
        for row in rows
    ]  # fmt: skip
    balances = await credit_balances(database, Purse.WALLET, person)
    where = f"/api/buyers/{buyer_id}/credit"
    return Wallet(
        [CreditView(row["currency"], row["amount"]) for row in balances],
        moves,
        next_page(where, moves, limit, moves[-1].id if moves else ""),
    )


@post("/api/gift-cards", dto=Strict[NewCard], **writes("purchases:write", "operator"))
async def new_card(
    data: JSONBody[NewCard], request: Caller, idempotency_key: IdempotencyKey
) -> CardMade:
    """Issue a gift card. The same request again shows the same code."""
    code = make_code(request.headers["authorization"].encode(), idempotency_key)
    wish = IssueGiftCard(
        hash=hash_code(code), hint=code[-_HINT:], currency=data.currency, amount=data.amount,
        expires_at=data.expires_at,
    )  # fmt: skip
    issued = await submit(request, issue_gift_card, wish, idempotency_key)
    return CardMade(show("gft", issued.id), code)


@get("/api/gift-cards", **reads("read", "operator"))
async def all_cards(
    request: Caller, after: Annotated[str | None, after("gft")] = None, limit: Limit = 50
) -> CardPage:
    """Gift cards in order of issue."""
    rows = await gift_cards(request.app.state.database, parsed("gft", after) or 0, limit)
    views = [
        CardView(
            show("gft", row["id"]), row["hint"], row["currency"], row["issued"],
            row["expires_at"], row["blocked"],
        )
        for row in rows
    ]  # fmt: skip
    return CardPage(
        views, next_page("/api/gift-cards", views, limit, views[-1].id if views else "")
    )


@post(
    "/api/gift-cards/{card_id:str}/block",
    dto=Strict[CardBlock],
    **writes("purchases:write", "operator"),
)
async def block_card(
    data: JSONBody[CardBlock],
    request: Caller,
    card_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> CardBlock:
    """Block a gift card, or unblock it."""
    wish = BlockGiftCard(card=id_in_path("gft", card_id), blocked=data.blocked)
    done = await submit(request, block_gift_card, wish, idempotency_key, "unknown_card")
    return CardBlock(done.blocked)


@get("/api/gift-cards/balance", **reads("read", "buyer", "operator"))
async def card_balance(
    request: Caller,
    code: Annotated[
        str, HeaderParameter(name="gift-card-code", min_length=1, max_length=40, required=True)
    ],
) -> CreditView:
    """What is on the gift card with this code. A header, since addresses end up in logs."""
    database = request.app.state.database
    rows = await cards_by_hash(database, [hash_code(code)])
    if not rows:
        raise Problem(404, "unknown_card", "There is no such gift card.")
    card = rows[0]
    found = await credit_balances(database, Purse.GIFT_CARD, card["id"])
    amount = next((row["amount"] for row in found if row["currency"] == card["currency"]), 0)
    return CreditView(card["currency"], amount)


routes = (give_credit, wallet, new_card, all_cards, block_card, card_balance)
