"""Bank transfers of buyers: what a statement shows, and what is to be sent back."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from fondaco import payments
from fondaco.kernel.api import IdempotencyKey, Strict, reads, writes
from fondaco.kernel.edge import Amount, Currency
from fondaco.kernel.ids import show
from fondaco.orders.api.purchases import Caller
from fondaco.orders.transfers import take_entries
from fondaco.payments.providers import BankEntry

_Text = Annotated[str, msgspec.Meta(max_length=1000)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
_Short = Annotated[str, msgspec.Meta(max_length=200)]


class NewEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One booked movement of the operator's account, as the bank's statement shows it.

    `id` is the bank's own reference, by which an entry sent twice counts once. `text` is what the
    payer wrote; `end_to_end` the id of a refund that was sent; `account` the other side's.
    """

    id: _Id
    credit: bool
    amount: Amount
    currency: Currency
    account: _Short = ""
    text: _Text = ""
    end_to_end: _Short = ""


class NewEntries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries of a statement, in any order."""

    entries: Annotated[list[NewEntry], msgspec.Meta(min_length=1, max_length=1000)]


class EntryTaken(msgspec.Struct, frozen=True):
    """Whether an entry was taken, and if not, why."""

    id: str
    taken: bool
    reason: str


class EntriesTaken(msgspec.Struct, frozen=True):
    """What became of each entry, in order."""

    entries: list[EntryTaken]


class ReturnView(msgspec.Struct, frozen=True):
    """Money to be sent back: `id` is the end-to-end id of the transfer."""

    id: str
    payment: str
    amount: int
    currency: str
    account: str
    created_at: datetime


class Returns(msgspec.Struct, frozen=True):
    """What is to be sent back, up to 1,000."""

    returns: list[ReturnView]


@post("/api/transfers", dto=Strict[NewEntries], **writes("admin", "operator"))
async def transfers(
    data: JSONBody[NewEntries], request: Caller, idempotency_key: IdempotencyKey
) -> EntriesTaken:
    """Take what a bank's statement shows of buyers' transfers; each entry counts once."""
    entries = [
        BankEntry(
            id=one.id, credit=one.credit, amount=one.amount, currency=one.currency,
            account=one.account, text=one.text, end_to_end=one.end_to_end,
        )
        for one in data.entries
    ]  # fmt: skip
    said = await take_entries(request.app.state.gatherer.submit_all, entries)
    return EntriesTaken(
        [EntryTaken(one.id, not why, why) for one, why in zip(entries, said, strict=True)]
    )


@get("/api/transfers/returns", **reads("admin", "operator"))
async def returns(request: Caller) -> Returns:
    """What is to be sent back by bank transfer: to put into the next payment file."""
    rows: list[Any] = await payments.returns_waiting(request.app.state.database, 1000)
    return Returns(
        [
            ReturnView(
                show("ref", row["id"]), show("pay", row["payment"]), row["amount"],
                row["currency"], row["account"], row["created_at"],
            )
            for row in rows
        ]
    )  # fmt: skip


routes = (transfers, returns)
