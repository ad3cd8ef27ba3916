"""Settings choose the providers; a bad choice is told before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from fondaco.kernel.settings import Settings, SettingsError
from fondaco.payments.providers.chosen import chosen

STRIPE: Any = {"stripe_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"}


async def test_several_providers_and_who_pays_out(tmp_path: Path) -> None:
    settings = Settings(providers="sandbox, stripe", payer="stripe", **STRIPE)
    async with chosen(settings, tmp_path, "http://127.0.0.1:9") as choice:
        assert sorted(choice.providers) == ["sandbox", "stripe"]
        assert choice.payer == "stripe"
        shared = choice.settings
        assert shared.provider_url, "another process reaches the same sandbox"
        async with chosen(shared, tmp_path, "http://127.0.0.1:9") as same:
            assert await same.providers["sandbox"].look_up(["pay_1"]) == [None]


async def test_without_the_sandbox_none_is_started(tmp_path: Path) -> None:
    settings = Settings(providers="stripe", payer="stripe", **STRIPE)
    async with chosen(settings, tmp_path / "home", "") as choice:
        assert sorted(choice.providers) == ["stripe"]
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"providers": "sandbox,acme"}, "there is no 'acme'"),
        ({"providers": ""}, "'sandbox' is not among the providers"),
        ({"payer": "stripe"}, "'stripe' is not among the providers"),
        ({"providers": "stripe", "payer": "stripe"}, "stripe_key: provider stripe needs it"),
    ],
)
async def test_a_bad_choice_names_the_setting(tmp_path: Path, bad: Any, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        async with chosen(Settings(**bad), tmp_path, ""):
            pass


def test_settings_show_no_secrets() -> None:
    shown = repr(Settings(database_url="postgresql://me:pw@host/db", port=8001, **STRIPE))
    assert not any(secret in shown for secret in ("sk_test_1", "whsec_1", "pw"))
    assert "port=8001" in shown
    assert "stripe_key='***'" in shown


async def test_a_bank_account_is_checked_before_anything_starts(tmp_path: Path) -> None:
    good: Any = {
        "providers": "sandbox,bank", "bank_iban": "DE89 3704 0044 0532 0130 00",
        "bank_holder": "Fondaco",
    }  # fmt: skip
    async with chosen(Settings(**good), tmp_path, "http://127.0.0.1:9") as choice:
        assert sorted(choice.providers) == ["bank", "sandbox"]
    for bad in ({"bank_iban": "DE89370400440532013001"}, {"bank_currency": "XXX"}):
        with pytest.raises(SettingsError, match="bank_iban, bank_bic or bank_currency"):
            async with chosen(Settings(**(good | bad)), tmp_path, "http://127.0.0.1:9"):
                pass
