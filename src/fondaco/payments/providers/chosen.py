"""The providers that a deployment has chosen by its settings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fondaco.kernel.settings import Settings, SettingsError
from fondaco.payments.providers.bank import Bank
from fondaco.payments.providers.base import Ability, Provider
from fondaco.payments.providers.sandbox import Sandbox, reached

NAMES: Final = ("sandbox", "stripe", "alipay", "bank")


@dataclass(frozen=True)
class Chosen:
    """The open providers by name, and the settings by which another process reaches the same."""

    providers: Mapping[str, Provider]
    settings: Settings

    @property
    def payer(self) -> str:
        """The one that pays sellers out."""
        return self.settings.payer


@asynccontextmanager
async def chosen(settings: Settings, home: Path, address: str) -> AsyncIterator[Chosen]:
    """The providers that the settings name, closed on leaving.

    A sandbox of our own keeps its book in `home` and sends its webhooks to `address`. Raises
    SettingsError for one that does not exist, lacks a setting, or cannot pay sellers out but
    should.
    """
    names = named(settings)
    async with AsyncExitStack() as stack:
        providers: dict[str, Provider] = {}
        for name in names:
            if name == "sandbox":
                secret = settings.webhook_secret
                sandbox = await stack.enter_async_context(
                    reached(settings.provider_url, secret, home, address)
                )
                settings = _shared(settings, sandbox)
                providers[name] = sandbox
            else:
                providers[name] = _outside(settings, name)
                stack.push_async_callback(providers[name].aclose)
        if Ability.PAY_OUT not in providers[settings.payer].abilities:
            raise SettingsError(f"bad setting: payer: {settings.payer} pays nobody out")
        yield Chosen(providers, settings)


def named(settings: Settings) -> list[str]:
    """The names that the settings list. Raises SettingsError for one that does not exist."""
    names = [name.strip() for name in settings.providers.split(",") if name.strip()]
    for name in names:
        if name not in NAMES:
            raise SettingsError(
                f"bad setting: providers: there is no {name!r}, only {', '.join(NAMES)}"
            )
    if settings.payer not in names:
        raise SettingsError(f"bad setting: payer: {settings.payer!r} is not among the providers")
    return names


def _shared(settings: Settings, sandbox: Sandbox) -> Settings:
    return settings.with_(provider_url=sandbox.url, webhook_secret=sandbox.secret)


def _outside(settings: Settings, name: str) -> Provider:
    # Imported when chosen, because what they stand on takes long to load.
    if name == "alipay":
        return _alipay(settings)
    if name == "bank":
        return _bank(settings)
    from fondaco.payments.providers.stripe import Stripe

    return Stripe(
        _needed(settings, "stripe_key", name),
        _needed(settings, "stripe_webhook_secret", name),
        url=settings.stripe_url,
        return_url=settings.return_url,
    )


def _alipay(settings: Settings) -> Provider:
    from fondaco.payments.providers.alipay import Alipay, BadKey, Keys

    ours = _needed(settings, "alipay_key", "alipay")
    theirs = _needed(settings, "alipay_public_key", "alipay")
    try:
        keys = Keys(ours, theirs)
    except BadKey as error:
        raise SettingsError(f"bad setting: alipay_key or alipay_public_key: {error}") from None
    return Alipay(
        _needed(settings, "alipay_app_id", "alipay"), keys,
        notify_url=f"{_needed(settings, 'public_url', 'alipay')}/api/webhooks/alipay",
        return_url=settings.return_url, url=settings.alipay_url,
    )  # fmt: skip


def _bank(settings: Settings) -> Provider:
    iban, holder = _needed(settings, "bank_iban", "bank"), _needed(settings, "bank_holder", "bank")
    try:
        return Bank(iban, holder, bic=settings.bank_bic, currency=settings.bank_currency)
    except ValueError as error:
        raise SettingsError(f"bad setting: bank_iban, bank_bic or bank_currency: {error}") from None


def _needed(settings: Settings, setting: str, name: str) -> str:
    value = getattr(settings, setting)
    if not value:
        raise SettingsError(f"bad setting: {setting}: provider {name} needs it")
    return str(value)
