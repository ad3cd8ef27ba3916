"""Logs: a line for a person or an object for a machine, and never a secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from fondaco.kernel import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = logging.getLogger().handlers[:]
    yield
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


def test_a_machine_gets_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    log.logger("till").info("captured", payment="pay_1", amount=5)
    said = json.loads(capsys.readouterr().out)
    assert (said["event"], said["part"], said["level"]) == ("captured", "till", "info")
    assert (said["payment"], said["amount"]) == ("pay_1", 5)
    assert said["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["secret", "api_key", "Authorization", "card_token", "password"])
def test_a_secret_is_never_told(capsys: pytest.CaptureFixture[str], name: str) -> None:
    log.configure("info", "json")
    log.logger("door").info("came", **{name: "s3cr3t"})
    assert "s3cr3t" not in capsys.readouterr().out


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning", "console")
    log.logger("till").info("quiet")
    log.logger("till").warning("loud")
    said = capsys.readouterr().out
    assert "loud" in said
    assert "quiet" not in said


def test_a_library_s_warning_is_one_line_with_its_cause(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure("info", "json")
    log.configure("info", "json")  # twice: it must not be said twice
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except ConnectionRefusedError:
        logging.getLogger("some.library").warning("cannot %s", "connect", exc_info=True)
    [line] = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["part"], said["level"], said["event"]) == (
        "some.library", "warning", "cannot connect",
    )  # fmt: skip
    assert said["cause"] == "ConnectionRefusedError: [Errno 111] Connection refused"
