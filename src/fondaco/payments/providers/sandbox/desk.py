"""The sandbox without its transport: rules and faults over a book."""

from collections.abc import Callable, Sequence

from fondaco.payments.providers.base import Charge, Fact, Return, Transfer, Unknown
from fondaco.payments.providers.sandbox import rules
from fondaco.payments.providers.sandbox.book import Book, Posted
from fondaco.payments.providers.sandbox.modes import Fees, Mode, Token
from fondaco.payments.providers.sandbox.rules import Asked, Verdict

NO_ANSWER = "no_answer"
KEY_REUSED = "key_reused"


class Desk:
    """Answers requests as `mode` says, which may be set at any time. `notify`: make webhooks."""

    def __init__(self, book: Book, mode: Mode, fees: Fees, *, notify: bool) -> None:
        self.book = book
        self.mode = mode
        self._fees = fees
        self._notify = notify

    def charge(self, batch: Sequence[Charge]) -> list[Fact | Unknown]:
        """Capture payments."""
        return self._answer(
            [rules.charged(one) for one in batch],
            lambda asked: rules.on_charge(asked, self.mode, self._fees),
        )

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

    def look_up(self, keys: Sequence[str]) -> list[Fact | None]:
        """What became of each key; None if it never came here."""
        found = self.book.find(keys)
        return [found[key].fact() if key in found else None for key in keys]

    def _answer(
        self, batch: Sequence[Asked], judge: Callable[[Asked], Verdict]
    ) -> list[Fact | Unknown]:
        missed = self._miss([asked.key for asked in batch])
        heard = [asked for asked in batch if asked.key not in missed]
        due = self.mode.webhook_delays if self._notify else None
        posted = iter(self.book.post(heard, judge, due))
        return [
            Unknown(asked.key, NO_ANSWER) if asked.key in missed else self._told(next(posted))
            for asked in batch
        ]

    def _miss(self, keys: Sequence[str]) -> set[str]:
        fraction = self.mode.lose_before
        struck = [key for key in keys if self.mode.strikes(fraction, "lose_before", key)]
        return self.book.strike("lose_before", struck) if struck else set()

    def _told(self, posted: Posted) -> Fact | Unknown:
        key, *_, token, _ = posted.entry.asked
        if not posted.fits:
            return Unknown(key, KEY_REUSED)
        lost = token == Token.LOST or self.mode.strikes(self.mode.lose, "lose", key)
        return Unknown(key, NO_ANSWER) if posted.fresh and lost else posted.entry.fact()
