"""Settings under which a server would take requests and never answer are refused at the start."""

import pytest

from fondaco.kernel.settings import SettingsError, load


@pytest.mark.parametrize(
    ("name", "value"),
    [("POOL_SIZE", "3"), ("BATCH_LIMIT", "0"), ("LANES", "0"), ("QUEUE_LIMIT", "999")],
)
def test_a_setting_that_would_stop_the_house_is_named(name: str, value: str) -> None:
    """No lane serves no one, two waiting subscribers use up two connections, and so on."""
    with pytest.raises(SettingsError, match=name.lower()):
        load({f"FONDACO_{name}": value})
