"""The sandbox without its transport: rules and faults over a book."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from fondaco.payments.providers.base import (
    Action,
    Capture,
    Charge,
    Fact,
    FactKind,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.sandbox import rules
from fondaco.payments.providers.sandbox.book import Book, Posted
from fondaco.payments.providers.sandbox.modes import Dispute, Fees, Mode, Ruling, Token
from fondaco.payments.providers.sandbox.rules import AFTERWARDS, Asked, Verdict

NO_ANSWER = "no_answer"
KEY_REUSED = "key_reused"
WAITS_FOR_BUYER = "waits_for_buyer"

_TOLD = {
    Ruling.OPENED: FactKind.DISPUTE_OPENED,
    Ruling.WON: FactKind.DISPUTE_WON,
    Ruling.LOST: FactKind.DISPUTE_LOST,
}
_MINUS = (FactKind.REFUNDED, FactKind.PAID_OUT, FactKind.DISPUTE_OPENED)
_PLUS = (FactKind.CAPTURED, FactKind.DISPUTE_WON)


class DisputeError(ValueError):
    """A dispute that cannot be; the message says why."""


class Desk:
    """Answers requests as `mode` says, which may be set at any time. `notify`: make webhooks.

    `pages` is the address under which buyers act for charges that ask them to.
    """

    def __init__(
        self, book: Book, mode: Mode, fees: Fees, *, notify: bool, pages: str = "sandbox:"
    ) -> None:
        self.book = book
        self.mode = mode
        self._fees = fees
        self._notify = notify
        self._pages = pages

    def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Capture payments."""
        return self._begin([rules.charged(one) for one in batch])

    def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Hold money."""
        return self._begin([rules.authorised(one) for one in batch])

    def act(self, key: str, pays: bool) -> Fact | None:
        """The buyer acts on his page: pays, or goes away for good; None if there is no page."""
        asked = self.book.pages([key]).get(key)
        if asked is None:
            return None
        refused = Verdict(FactKind.DECLINED, rules.Reason.DECLINED)
        judge = self._judge if pays else lambda _: refused
        return self.book.post([asked], judge, self._due())[0].entry.fact()

    def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Take held money."""
        held = {
            key: entry.asked
            for key, entry in self.book.find([one.key for one in batch]).items()
            if entry.verdict.kind == FactKind.AUTHORIZED
        }
        return self._answer(
            [rules.captured(one) for one in batch],
            lambda asked: rules.on_capture(asked, held.get(asked.subject), self._fees),
        )

    def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """End charges that have taken no money; what has an end is told as it is."""
        ended, pages = self.book.ends(keys), self.book.pages(keys)
        wishes = {
            key: _end(key, ended[key].asked if key in ended else pages.get(key), key in ended)
            for key in keys
            if key not in ended or ended[key].verdict.kind == FactKind.AUTHORIZED
        }
        voided = Verdict(FactKind.VOIDED)
        answers = iter(self._answer(list(wishes.values()), lambda _: voided))
        return [next(answers) if key in wishes else ended[key].fact() for key in keys]

    def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give money back; what a batch gives back of one charge counts at once."""
        charges = self.book.captured([one.charge_key for one in batch])

        def judge(asked: Asked) -> Verdict:
            charge = charges.get(asked.subject)
            verdict = rules.on_refund(asked, self.mode, charge)
            if charge and not verdict.reason:
                charges[asked.subject] = charge._replace(left=charge.left - asked.amount)
            return verdict

        return self._answer([rules.returned(one) for one in batch], judge)

    def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""
        return self._answer(
            [rules.transferred(one) for one in batch],
            lambda asked: rules.on_payout(asked, self.mode),
        )

    def dispute(self, one: Dispute) -> Fact:
        """Open or end a dispute. Raises DisputeError; the same again gives the same fact."""
        opened = self.book.find([f"{one.reference}#opened"]).get(f"{one.reference}#opened")
        charge = self.book.captured([one.charge_key]).get(one.charge_key)
        if charge is None:
            raise DisputeError("no such charge was captured")
        if one.stage is not Ruling.OPENED and opened is None:
            raise DisputeError("no such dispute is open")
        if opened is None and not 0 < (one.amount or charge.left) <= charge.left:
            raise DisputeError(f"only {charge.left} of the charge is left")
        other = {Ruling.WON: Ruling.LOST, Ruling.LOST: Ruling.WON}.get(one.stage)
        if other and self.book.find([f"{one.reference}#{other}"]):
            raise DisputeError(f"the dispute was {other}")
        amount = opened.asked.amount if opened else one.amount or charge.left
        fee = one.fee if one.stage is Ruling.OPENED else 0
        verdict = Verdict(_TOLD[one.stage], one.reason, fee)
        key = f"{one.reference}#{one.stage}"
        asked = Asked(key, "dispute", amount, charge.currency, one.charge_key)
        return self.book.post([asked], lambda _: verdict, self._due())[0].entry.fact()

    def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of each key; None if it never came here."""
        found, pages = self.book.ends(keys), self.book.pages(keys)
        return [
            found[key].fact() if key in found
            else Unknown(key, WAITS_FOR_BUYER) if key in pages else None
            for key in keys
        ]  # fmt: skip

    def report(self, day: date) -> list[ReportLine]:
        """What moved money on a day in UTC."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return [
            ReportLine(
                fact.key, fact.kind, -fact.amount if fact.kind in _MINUS else fact.amount,
                fact.fee, fact.currency, fact.at, fact.reference or fact.id,
            )
            for fact in self.book.day(start)
            if fact.kind in _MINUS + _PLUS
        ]  # fmt: skip

    def _begin(self, batch: Sequence[Asked]) -> list[Fact | Action | Unknown]:
        """Charges and holds; those that need their buyer first wait on a page."""
        paged = [asked for asked in batch if asked.subject == Token.PAGE and asked.amount]
        known = self.book.ends([asked.key for asked in paged])
        waiting = {asked.key: asked for asked in paged if asked.key not in known}
        answers = iter(
            self._answer([asked for asked in batch if asked.key not in waiting], self._judge)
        )
        return [
            self._paged(waiting[asked.key]) if asked.key in waiting else next(answers)
            for asked in batch
        ]

    def _paged(self, asked: Asked) -> Action | Unknown:
        if self.book.open_page(asked) != asked:
            return Unknown(asked.key, KEY_REUSED)
        return Action(asked.key, url=f"{self._pages}/pages/{asked.key}")

    def _judge(self, asked: Asked) -> Verdict:
        return rules.on_charge(asked, self.mode, self._fees)

    def _due(self) -> Callable[[str], Sequence[int]] | None:
        return self.mode.webhook_delays if self._notify else None

    def _answer(
        self, batch: Sequence[Asked], judge: Callable[[Asked], Verdict]
    ) -> list[Fact | Unknown]:
        missed = self._miss([asked.key for asked in batch])
        heard = [asked for asked in batch if asked.key not in missed]
        posted = iter(self.book.post(heard, judge, self._due()))
        return [
            Unknown(asked.key.removesuffix(AFTERWARDS), NO_ANSWER)
            if asked.key in missed
            else self._told(next(posted))
            for asked in batch
        ]

    def _miss(self, keys: Sequence[str]) -> set[str]:
        fraction = self.mode.lose_before
        struck = [key for key in keys if self.mode.strikes(fraction, "lose_before", key)]
        return self.book.strike("lose_before", struck) if struck else set()

    def _told(self, posted: Posted) -> Fact | Unknown:
        key, *_, token, _ = posted.entry.asked
        about = key.removesuffix(AFTERWARDS)
        if not posted.fits:
            return Unknown(about, KEY_REUSED)
        lost = token == Token.LOST or self.mode.strikes(self.mode.lose, "lose", key)
        return Unknown(about, NO_ANSWER) if posted.fresh and lost else posted.entry.fact()


def _end(key: str, first: Asked | None, held: bool) -> Asked:
    """The void of a charge: beside it if it is held, else in its place, so it cannot come later."""
    amount, currency = (first.amount, first.currency) if first else (0, "")
    return Asked(key + AFTERWARDS if held else key, "void", amount, currency, key)
