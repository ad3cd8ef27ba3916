"""Payment files and statements on the command line."""

import asyncio
from pathlib import Path

import pytest

from fondaco.kernel.ids import show
from tests.bank.letters import OWN, entry, statement
from tests.bank.test_bank_files import paid_out
from tests.cli.conftest import Fondaco
from tests.world import open_world


@pytest.fixture
def payout(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A payout of 97.20 that the bank is to send."""
    for name, value in (("PAYER", "bank"), ("BANK_IBAN", OWN), ("BANK_HOLDER", "Fondaco")):
        monkeypatch.setenv(f"FONDACO_{name}", value)

    async def work() -> str:
        async with open_world(url) as world:
            return show("out", (await paid_out(world))[1])

    return asyncio.run(work())


def test_payouts_go_out_by_a_file_and_are_paid_by_a_statement(
    fondaco: Fondaco, payout: str, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.xml", tmp_path / "again.xml"
    said = fondaco("bank", "export", first)
    assert "payouts: 1, 97.20 EUR; message" in said.out, said.err
    assert payout.replace("_", "-") in first.read_text()
    message = said.out.split("message ")[1].strip().rstrip(".")
    assert fondaco("bank", "export", again, "--message", message).status == 0
    assert again.read_bytes() == first.read_bytes()
    assert message in fondaco("bank", "files").out
    nothing = fondaco("bank", "export", tmp_path / "none.xml")
    assert (nothing.status, "No payout waits" in nothing.out) == (0, True)
    over = fondaco("bank", "export", first)
    assert (over.status, "never written over" in over.err) == (2, True)

    letter = tmp_path / "statement.xml"
    letter.write_bytes(statement(entry(97_20, "E1", payout), moved=-97_20))
    for said_before in (False, True):
        taken = fondaco("bank", "import", letter)
        assert (taken.status, "1 read, 0 fit nothing" in taken.out) == (0, True), taken.err
        assert ("S1: taken before, counted once;" in taken.out) == said_before
    fits = fondaco("bank", "balance")
    assert (fits.status, "902.80 EUR  closing balance" in fits.out) == (0, True), fits.out
    letter.write_bytes(statement(entry(4_50, "E2", text="fee"), moved=-4_50, name="S2"))
    missed = fondaco("bank", "import", letter)
    assert missed.status == 1
    assert "-4.50 EUR  it names no payment" in missed.out
    assert "opens with 1,000.00 EUR, where the statement before, S1" in missed.out
    open_ = fondaco("bank", "balance")
    assert open_.status == 1
    for line in (
        "-97.20 EUR  booked",
        "-4.50 EUR  entries that fit",
        "0.00 EUR  explained by none",
    ):
        assert line in open_.out


@pytest.mark.usefixtures("payout")
def test_a_bad_file_is_told_with_its_line(fondaco: Fondaco, tmp_path: Path) -> None:
    letter = tmp_path / "statement.xml"
    letter.write_bytes(statement(moved=0)[:-20])
    said = fondaco("bank", "import", letter)
    assert said.status == 1
    assert "line 12: this is no XML" in said.err
    assert "nothing was taken" in said.err
    assert fondaco("bank", "import", tmp_path / "none.xml").status == 2


@pytest.mark.usefixtures("url")
def test_without_the_bank_as_payer_there_are_no_files(fondaco: Fondaco, tmp_path: Path) -> None:
    said = fondaco("bank", "export", tmp_path / "x.xml")
    assert (said.status, 'payer = "bank"' in said.err) == (2, True)
    assert "No payment file" in fondaco("bank", "files").out
    assert "No statement was taken" in fondaco("bank", "balance").out


@pytest.mark.usefixtures("payout")
def test_an_unknown_file_is_said(fondaco: Fondaco, tmp_path: Path) -> None:
    said = fondaco("bank", "export", tmp_path / "x.xml", "--message", "unknown")
    assert said.status == 2
    assert "there is no payment file unknown" in said.err
