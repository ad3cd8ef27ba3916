"""`fondaco demo` as it is called: its table, and the shop that it serves afterwards."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.processes import PATIENCE, killed_after, stopped

FONDACO = [sys.executable, "-m", "fondaco"]
ROWS = (
    "Purchases", "Orders", "Sales", "Commission", "Held in escrow", "Refunded", "Paid out",
    "Owed to sellers", "Trial balance", "Check", "Provider's ledger", "Speed",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo's temporary folder goes; one that PostgreSQL's account may pass through."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_exit_ends_after_the_table_and_leaves_nothing(folder: Path, home: Path) -> None:
    done = subprocess.run(
        [*FONDACO, "demo", "--exit", "--purchases", "300"], capture_output=True, text=True,
        cwd=folder, env={"TMPDIR": str(home), "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = dict(re.findall(r"│ ([^│]+?) +│ +([^│]+?) +│", done.stdout))
    assert set(ROWS) <= set(rows)
    assert rows["Purchases"] == "300"
    assert rows["Trial balance"] == "0.00 EUR ✓"
    assert rows["Check"] == "clean ✓"
    assert rows["Provider's ledger"] == "agrees ✓"
    assert list(home.iterdir()) == []


def test_the_shop_serves_and_its_curl_line_buys(folder: Path, home: Path) -> None:
    command = [*FONDACO, "demo", "--purchases", "40", "--port", "0", "--data", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as running:
        try:
            assert running.stdout is not None
            said = ""
            with killed_after(2 * PATIENCE, running):
                while "Ctrl-C ends it." not in said:
                    line = running.stdout.readline()
                    assert line, f"it ended early: {said}"
                    said += line
            buys_twice_and_pays_once(said)
        finally:
            status = stopped(running, signal.SIGINT)
        assert status == 0
    checked = subprocess.run([*FONDACO, "check", "--data", str(home)], check=False, cwd=folder)
    assert checked.returncode == 0


def buys_twice_and_pays_once(said: str) -> None:
    """Send the line as printed, twice: the key makes it one purchase."""
    words = shlex.split(next(line for line in said.splitlines() if line.startswith("curl ")))
    address = next(word for word in words if word.startswith("http://"))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1]
    first, second = (httpx.post(address, headers=headers, content=body) for _ in range(2))
    assert first.status_code == 201, first.text
    assert first.json()["payment"]["status"] == "captured"
    assert second.json() == first.json()
    page = httpx.get(address.removesuffix("api/purchases"))
    assert "<h1>Rialto</h1>" in page.text
    assert "Every cent is accounted for." in page.text
