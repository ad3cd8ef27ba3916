"""The sandbox as a process: its book outlives it, it does not outlive its parent."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest

from fondaco.payments.providers import (
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    ProviderError,
    Return,
    Unknown,
)
from fondaco.payments.providers.sandbox import (
    Fees,
    LocalSandbox,
    Mode,
    Sandbox,
    SandboxError,
    SandboxProcess,
    Token,
    start,
)
from tests.payments.providers.conftest import Receiver, SetMode
from tests.processes import first_line

Key = Callable[[], str]
PARENT = """
import sys
from pathlib import Path
from fondaco.payments.providers.sandbox import start
running = start(Path(sys.argv[1]))
print(running.process.pid, flush=True)
sys.stdin.read()
"""


async def test_killed_and_started_again_it_knows_everything(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    first = start(book)
    client = first.client()
    batch = [Charge(f"pay_{n}", n, "EUR", Token.OK) for n in range(200)]
    before = await client.charge(batch)
    before += await client.refund([Return("ref_1", "pay_100", 60, "EUR")])
    first.kill()
    assert isinstance((await client.charge(batch))[0], Unknown)
    with pytest.raises(NoAnswer):
        await client.look_up(["pay_1"])
    with start(book, first.port, secret=first.secret) as again:
        assert again.url == first.url
        # the client that saw it die goes on
        assert await client.look_up([f.key for f in before]) == before
        assert await client.charge(batch) == before[:-1]
        late = await client.refund([Return("ref_2", "pay_100", 41, "EUR")])
        assert isinstance(late[0], Fact)
        assert late[0].reason == "over_captured"
        await client.aclose()


async def test_killed_in_the_middle_of_a_load_it_forgets_no_answer(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    running = start(book)
    client = running.client()
    told: list[Fact] = []

    async def pay(lane: int) -> None:
        for n in range(10_000):
            wish = Charge(f"pay_{lane}_{n}", 100, "EUR", Token.OK)
            (outcome,) = await client.charge([wish])
            if not isinstance(outcome, Fact):
                return
            told.append(outcome)
            if len(told) == 150:
                running.process.send_signal(signal.SIGKILL)

    await asyncio.gather(*(pay(lane) for lane in range(8)))
    running.kill()
    with start(book, running.port, secret=running.secret):
        assert await client.look_up([fact.key for fact in told]) == told
        await client.aclose()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "book.sqlite")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child = psutil.Process(int(first_line(parent)))
    parent.kill()
    try:
        child.wait(timeout=30)  # raises if it lives on
    finally:
        if child.is_running():
            child.kill()
        parent.communicate()


def test_stopping_twice_is_fine_and_nothing_is_left(tmp_path: Path) -> None:
    running = start(tmp_path / "book.sqlite")
    running.stop()
    running.stop()
    assert running.process.returncode == 0


def test_a_book_has_one_process(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    with start(book), pytest.raises(SandboxError, match="book"):
        start(book)


def test_a_file_that_is_no_book_is_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a database " * 100)
    with pytest.raises(SandboxError, match="book"):
        start(notes)
    assert notes.read_text() == "not a database " * 100


def test_a_port_that_is_taken_is_said_so(tmp_path: Path, process: SandboxProcess) -> None:
    with pytest.raises(SandboxError, match=f"port {process.port}"):
        start(tmp_path / "book.sqlite", process.port)
    alone = subprocess.run(
        [sys.executable, "-m", "fondaco.payments.providers.sandbox", f"--port={process.port}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (alone.returncode, alone.stderr) == (
        3, f"the sandbox cannot serve on 127.0.0.1:{process.port}: Address already in use\n"
    )  # fmt: skip


async def test_the_process_and_the_local_one_keep_the_same_book(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    local = LocalSandbox(book)
    (fact,) = await local.charge([Charge("pay_1", 100, "EUR", Token.OK)])
    await local.aclose()
    with start(book) as running:
        client = running.client()
        assert await client.look_up(["pay_1"]) == [fact]
        await client.aclose()


async def test_a_slow_answer_times_out_and_the_work_is_done(
    process: SandboxProcess, set_process_mode: SetMode, key: Key
) -> None:
    set_process_mode(Mode(slow_token_ms=20_000))
    slow, quick = Charge(key(), 1, "EUR", Token.SLOW), Charge(key(), 1, "EUR", Token.OK)
    hasty = process.client(timeout=0.5)
    assert await hasty.charge([slow]) == [Unknown(slow.key, "ReadTimeout")]
    await hasty.aclose()
    patient = process.client(timeout=30)
    assert isinstance((await patient.charge([quick]))[0], Fact)
    assert isinstance((await patient.look_up([slow.key]))[0], Fact)
    set_process_mode(Mode(slow_ms=20_000))
    hasty = process.client(timeout=0.5)
    assert isinstance((await hasty.charge([quick]))[0], Unknown)
    await hasty.aclose()
    await patient.aclose()


async def test_a_request_lost_as_a_whole_has_no_body(
    process: SandboxProcess, set_process_mode: SetMode, key: Key
) -> None:
    set_process_mode(Mode(lose=1.0))
    body = msgspec.json.encode([Charge(key(), 1, "EUR", Token.OK)])
    async with httpx.AsyncClient(base_url=process.url, trust_env=False) as http:
        answer = await http.post("/charges", content=body)
        assert (answer.status_code, answer.content) == (504, b"")
        assert (await http.post("/charges", content=body)).status_code == 200


BAD = [
    ("/charges", b"[{"),
    ("/charges", b'{"key": "a"}'),
    ("/charges", b'[{"key": "", "amount": 1, "currency": "EUR", "token": "tok_ok"}]'),
    ("/charges", b'[{"key": "a", "amount": 1.5, "currency": "EUR", "token": "tok_ok"}]'),
    ("/charges", b'[{"key": "a", "amount": 1' + b"0" * 30 + b', "currency": "EUR", "token": ""}]'),
    ("/lookup", b"[" + b",".join([b'"a"'] * 1001) + b"]"),
    ("/lookup", b"[1]"),
]


@pytest.mark.parametrize(("path", "body"), BAD)
async def test_a_malformed_request_is_refused_as_a_whole(
    process: SandboxProcess, path: str, body: bytes
) -> None:
    async with httpx.AsyncClient(base_url=process.url, trust_env=False) as http:
        assert (await http.post(path, content=body)).status_code == 400


async def test_a_malformed_request_is_our_bug(process: SandboxProcess) -> None:
    client = process.client()
    with pytest.raises(ProviderError):
        await client.charge([Charge("", 1, "EUR", Token.OK)])
    await client.aclose()


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'[{"type": "unknown", "key": "other", "reason": ""}]']
)
async def test_nonsense_is_no_answer(receiver: Receiver, answer: bytes) -> None:
    receiver.answer = answer
    client = Sandbox(receiver.url, "secret")
    assert await client.charge([Charge("pay_1", 1, "EUR", Token.OK)]) == [
        Unknown("pay_1", "garbled_answer")
    ]
    with pytest.raises(NoAnswer):
        await client.look_up(["pay_1"])
    await client.aclose()


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
async def test_a_provider_in_trouble_is_no_answer(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    client = Sandbox(receiver.url, "secret")
    assert await client.charge([Charge("pay_1", 1, "EUR", Token.OK)]) == [
        Unknown("pay_1", f"status {status}")
    ]
    await client.aclose()


async def test_the_ledger_can_be_read_page_by_page(tmp_path: Path) -> None:
    with start(None, fees=Fees(fixed=1)) as running:
        client = running.client()
        facts = await client.charge([Charge(f"pay_{n}", 10, "EUR", Token.OK) for n in range(25)])
        facts += await client.charge([Charge("pay_x", 10, "USD", Token.DECLINED)])
        facts += await client.refund([Return("ref_1", "pay_3", 4, "EUR")])
        await client.aclose()
        seen: list[Fact] = []
        after: int | None = 0
        with httpx.Client(base_url=running.url, trust_env=False) as http:
            while after is not None:
                page = http.get("/ledger", params={"after": after, "limit": 10}).json()
                seen += msgspec.convert(page["rows"], list[Fact])
                after = page["next"]
        assert seen == facts
        assert page["totals"] == [
            {"currency": "EUR", "kind": "captured", "count": 25, "amount": 250, "fee": 25},
            {"currency": "EUR", "kind": "refunded", "count": 1, "amount": 4, "fee": 0},
            {"currency": "USD", "kind": "declined", "count": 1, "amount": 10, "fee": 0},
        ]
        assert {fact.kind for fact in seen} == {
            FactKind.CAPTURED,
            FactKind.DECLINED,
            FactKind.REFUNDED,
        }


async def test_the_mode_can_be_read_and_bad_ones_change_nothing(
    process: SandboxProcess, set_process_mode: SetMode
) -> None:
    set_process_mode(Mode(seed=3, lose=0.5))
    async with httpx.AsyncClient(base_url=process.url, trust_env=False) as http:
        assert (await http.put("/mode", json={"lose": 2})).status_code == 400
        assert msgspec.convert((await http.get("/mode")).json(), Mode) == Mode(seed=3, lose=0.5)


def test_the_secret_shows_in_no_list_of_processes(process: SandboxProcess) -> None:
    assert process.secret not in " ".join(psutil.Process(process.process.pid).cmdline())
    assert os.environ.get("FONDACO_WEBHOOK_SECRET") != process.secret
