"""Store credit as a payment provider: asked like any other, it draws on wallets and gift cards.

So a lost answer, a crash in between or a retry is treated as with a provider outside: the same
key draws once, and a look-up tells what became of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from fondaco.kernel import Command, Database, Handler, Refused, Sent, run
from fondaco.kernel.ids import BadId, parse, show
from fondaco.payments.credit import Draw, Purse, PutBack
from fondaco.payments.providers.base import (
    Ability,
    Action,
    BadWebhook,
    Capture,
    Charge,
    Fact,
    FactKind,
    ReportLine,
    Return,
    Transfer,
    Unable,
    Unknown,
)
from fondaco.payments.purse import draw, put_back
from fondaco.payments.queries import credit_moves, purses_of_refunds

C = TypeVar("C", bound=Command)
_PREFIX = {Purse.WALLET: "per", Purse.GIFT_CARD: "gft"}


class StoreCredit:
    """Wallets, or gift cards, as a provider. A charge's token is the person's or the card's id."""

    def __init__(self, database: Database, purse: Purse) -> None:
        self._database, self._purse = database, purse

    @property
    def name(self) -> str:
        """The tender that it stands for."""
        return self._purse.value

    @property
    def abilities(self) -> frozenset[Ability]:
        """None beyond the least."""
        return frozenset()

    @property
    def receipt(self) -> bytes:
        """No webhook is ever taken."""
        return b""

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Draw; what is not there, blocked or expired is declined."""
        drawable = [one for one in batch if self._subject(one.token) is not None]
        wishes = [
            Draw(
                purse=self._purse, subject=self._subject(one.token) or 0,
                payment=parse("pay", one.key), currency=one.currency, amount=one.amount,
            )
            for one in drawable
        ]  # fmt: skip
        answers = await self._run(draw, wishes, [one.key for one in drawable])
        return [
            self._fact(one, FactKind.CAPTURED, FactKind.DECLINED, answers.get(one.key))
            for one in batch
        ]

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Put back where it was drawn, or into the wallet that the refund names."""
        ids = [parse("ref", one.key) for one in batch]
        rows = {row["id"]: row for row in await purses_of_refunds(self._database, ids)}
        wishes = []
        for one, id_ in zip(batch, ids, strict=True):
            purse, subject = Purse.WALLET, rows[id_]["credit_to"]
            if subject is None:
                purse = Purse(rows[id_]["provider"])
                subject = parse(_PREFIX[purse], rows[id_]["token"])
            wishes.append(
                PutBack(
                    purse=purse, subject=subject, payment=parse("pay", one.charge_key),
                    refund=id_, currency=one.currency, amount=one.amount,
                )
            )  # fmt: skip
        answers = await self._run(put_back, wishes, [one.key for one in batch])
        return [
            self._fact(one, FactKind.REFUNDED, FactKind.REFUND_FAILED, answers[one.key])
            for one in batch
        ]

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What moved for these keys; None where nothing did."""
        ids = [parse(key.partition("_")[0], key) for key in keys]
        rows = {row["id"]: row for row in await credit_moves(self._database, ids)}
        kinds = {"pay": FactKind.CAPTURED, "ref": FactKind.REFUNDED}
        return [
            Fact(
                _event(key), kinds[key.partition("_")[0]], key, abs(row["change"]),
                row["currency"], 0, "", row["at"],
            )
            if (row := rows.get(id_)) is not None
            else None
            for key, id_ in zip(keys, ids, strict=True)
        ]  # fmt: skip

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Credit is drawn at once or not at all."""
        raise Unable("store credit cannot be held")

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Nothing is ever held."""
        raise Unable("store credit cannot be held")

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """Nothing is ever held."""
        raise Unable("store credit cannot be held")

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Credit is spent, not paid out."""
        raise Unable("store credit cannot be paid out")

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """Nobody sends webhooks for it."""
        raise BadWebhook("store credit has no webhooks")

    async def report(self, day: date) -> list[ReportLine]:
        """The moves are in the books already."""
        raise Unable("store credit has no reports")

    async def aclose(self) -> None:
        """Nothing is open."""

    def _subject(self, token: str) -> int | None:
        try:
            return parse(_PREFIX[self._purse], token)
        except BadId:
            return None

    async def _run(
        self, handler: Handler[C, Any], wishes: Sequence[C], keys: Sequence[str]
    ) -> dict[str, object]:
        sent = [
            Sent(wish, "system", f"credit {key}") for wish, key in zip(wishes, keys, strict=True)
        ]
        return dict(zip(keys, await run(self._database, handler, sent), strict=True))

    def _fact(
        self, one: Charge | Return, done: FactKind, refused: FactKind, answer: object
    ) -> Fact | Unknown:
        if isinstance(answer, Exception):
            return Unknown(one.key, str(answer))
        reason = "There is no such credit." if answer is None else ""
        if isinstance(answer, Refused):
            reason = answer.detail
        kind = refused if reason else done
        at = self._database.clock()
        return Fact(_event(one.key), kind, one.key, one.amount, one.currency, 0, reason, at)


def store_credit(database: Database) -> dict[str, StoreCredit]:
    """The providers for wallets and gift cards, by the tender that names them."""
    return {purse.value: StoreCredit(database, purse) for purse in Purse}


def _event(key: str) -> str:
    return f"credit {key}"


def token_of(purse: Purse, subject: int) -> str:
    """What names a wallet or card in a tender."""
    return show(_PREFIX[purse], subject)
