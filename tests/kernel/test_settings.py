"""Settings: environment over file, what is given in code over both, and clear errors."""

from pathlib import Path

import pytest

from fondaco.kernel.settings import Settings, SettingsError, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fondaco.toml"
    path.write_text('port = 7000\nhost = "0.0.0.0"\nlog_level = "debug"\n')
    return path


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    assert load({}, tmp_path / "missing.toml") == Settings()


def test_environment_over_file_and_arguments_over_both(file: Path) -> None:
    settings = load({"FONDACO_PORT": "8080", "FONDACO_HOST": "::1"}, file, host="127.0.0.2")
    assert settings.log_level == "debug"
    assert settings.port == 8080
    assert settings.host == "127.0.0.2"


def test_the_environment_may_name_the_file(file: Path) -> None:
    assert load({"FONDACO_CONFIG": str(file)}).port == 7000


def test_an_empty_variable_and_an_argument_of_none_say_nothing(file: Path) -> None:
    assert load({"FONDACO_PORT": ""}, file, port=None).port == 7000


def test_text_becomes_the_type_of_the_setting(tmp_path: Path) -> None:
    settings = load({"FONDACO_REQUEST_TIMEOUT": "1.5", "FONDACO_LANES": "3"}, tmp_path / "none")
    assert (settings.request_timeout, settings.lanes) == (1.5, 3)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"FONDACO_PORT": "many"}, "port"),
        ({"FONDACO_REQUEST_TIMEOUT": "soon"}, "request_timeout"),
        ({"FONDACO_LOG_LEVEL": "loud"}, "log_level"),
        ({"FONDACO_LOG_FORMAT": "xml"}, "log_format"),
    ],
)
def test_a_value_that_cannot_be_read_names_the_setting(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load(environ, tmp_path / "none")


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "fondaco.toml"
    path.write_text("prot = 8080\n")
    with pytest.raises(SettingsError, match="prot"):
        load({}, path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "fondaco.toml"
    path.write_text("port: 8080\n")
    with pytest.raises(SettingsError, match=str(path)):
        load({}, path)


@pytest.mark.parametrize("buckets", ["0", "1025", "-1"])
def test_buckets_have_a_range(tmp_path: Path, buckets: str) -> None:
    with pytest.raises(SettingsError, match="buckets"):
        load({"FONDACO_BUCKETS": buckets}, tmp_path / "none")
