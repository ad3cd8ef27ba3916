"""Bank transfers as a Provider that tells where to pay, and knows nothing by itself."""

from collections.abc import Mapping, Sequence
from datetime import date

from stdnum import bic as bics
from stdnum import iban as ibans

from fondaco.kernel.clock import Clock, system_clock
from fondaco.kernel.ids import BadId, parse
from fondaco.kernel.money import exponent
from fondaco.payments.providers.bank.reference import reference_of
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


class Bank:
    """Transfers to the operator's account at `iban`, held by `holder`, in one currency.

    Raises ValueError for an IBAN or BIC that cannot be.
    """

    name = "bank"
    abilities: frozenset[Ability] = frozenset({Ability.PAY_OUT})
    receipt = b""

    def __init__(
        self, iban: str, holder: str, *, bic: str = "", currency: str = "EUR",
        now: Clock = system_clock,
    ) -> None:  # fmt: skip
        if not ibans.is_valid(iban):
            raise ValueError(f"{iban!r} is not an IBAN")
        if bic and not bics.is_valid(bic):
            raise ValueError(f"{bic!r} is not a BIC")
        exponent(currency)
        self._to = {"iban": ibans.compact(iban), "holder": holder}
        if bic:
            self._to["bic"] = bics.compact(bic)
        self._currency, self._now = currency, now

    @property
    def iban(self) -> str:
        """The account that buyers pay to and payouts leave from."""
        return self._to["iban"]

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """What the buyer must send where; the token is `transfer`."""
        return [self._charge(one) for one in batch]

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """A transfer is money at once."""
        raise Unable("a bank transfer does not hold money")

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """A transfer is money at once."""
        raise Unable("a bank transfer does not hold money")

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """Expect these no more. Money that comes all the same goes back."""
        voided, why, now = FactKind.VOIDED, "no transfer came", self._now()
        return [Fact(f"{key}:voided", voided, key, 0, self._currency, 0, why, now) for key in keys]

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Sent by the operator's bank, and known to be once a statement shows it."""
        return [Unknown(one.key, "to be sent by the bank") for one in batch]

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Sent by the operator's bank, out of a payment file, and known to be by a statement."""
        return [Unknown(one.key, "to be sent out of a payment file") for one in batch]

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """Nobody knows until a statement shows it."""
        return [Unknown(key, "waits for its transfer") for key in keys]

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """A bank tells by statements."""
        raise BadWebhook("a bank sends no webhooks")

    async def report(self, day: date) -> list[ReportLine]:
        """A bank tells by statements."""
        raise Unable("a bank tells by statements")

    async def aclose(self) -> None:
        """There is nothing open."""

    def _charge(self, one: Charge) -> Fact | Action:
        kind, reason = FactKind.DECLINED, ""
        try:
            payment = parse("pay", one.key)
        except BadId:
            reason = "unknown_payment"
        if one.currency != self._currency:
            reason = "other_currency"
        elif one.token != "transfer":  # noqa: S105 - what stands for the way of paying
            reason = "unknown_token"
        elif one.amount == 0:
            kind = FactKind.CAPTURED
        elif not reason:
            details = {"reference": reference_of(payment), "amount": str(one.amount)}
            return Action(one.key, details={**self._to, **details, "currency": one.currency})
        return Fact(
            f"{one.key}:{kind}", kind, one.key, one.amount, one.currency, 0, reason, self._now()
        )
