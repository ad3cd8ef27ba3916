"""The documentation is true: links lead somewhere, commands exist, and sums are the books'."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer.main

from fondaco import orders, payments
from fondaco.cli import app
from fondaco.kernel import Tx
from fondaco.kernel.settings import Settings
from fondaco.markets import Timers
from tests.edge.server import running
from tests.world import World, open_world

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TUTORIAL = DOCS / "tutorials" / "first-marketplace.md"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CALL = re.compile(r"(?<![\w.-])(?<!from )fondaco((?: [\w./-][^\s`)|]*)+)")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Files that a page links to, with the anchor."""
    for target in LINK.findall(prose(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def tables(page: Path) -> list[list[list[str]]]:
    """The rows of each table of a page, without its heading; code marks and bold taken off."""
    found: list[list[list[str]]] = []
    before = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            cells = [cell.strip().strip("`*") for cell in line.strip("|").split("|")]
            found[-1].append(cells)
        before = line
    return [rows[2:] for rows in found]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [
        f"{path}#{anchor}"
        for path, anchor in links(page)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]
    assert lost == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            ahead += [path for path, _ in links(page)]
    assert sorted(named(page) for page in set(PAGES) - seen) == []


def calls(page: Path) -> Iterator[list[str]]:
    """Words after `fondaco` in code, up to the first that cannot be a part of a call."""
    text = page.read_text(encoding="utf-8")
    code = [body for _, body in FENCE.findall(text)] + re.findall(r"`([^`\n]+)`", prose(page))
    for call in CALL.findall("\n".join(f" {part}" for part in code)):
        words = [word.rstrip(".,;:") for word in call.split()]
        if re.fullmatch(r"[a-z]+|--[a-z]+", words[0]):
            yield words


def fault(words: list[str]) -> str | None:
    """What is wrong with a call, if anything."""
    command: Any = typer.main.get_command(app)
    for number, word in enumerate(words):
        below = getattr(command, "commands", {})
        if below and not word.startswith("-"):
            if word not in below:
                return f"no command {' '.join(words[: number + 1])}"
            command = below[word]
        elif word.startswith("--"):
            options = {name for one in command.params for name in one.opts} | {"--help"}
            if word.partition("=")[0] not in options:
                return f"no option {word} of {command.name}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_shown_exists(page: Path) -> None:
    assert [why for words in calls(page) if (why := fault(words))] == []


def test_commands_shown_are_found_and_judged() -> None:
    words = [" ".join(words) for words in calls(TUTORIAL)]
    assert "serve --data ./market" in words
    assert fault(["serv"])
    assert fault(["key", "steal"])
    assert fault(["serve", "--fast"])


def test_settings_are_all_told_with_their_defaults() -> None:
    [table] = tables(DOCS / "operating" / "settings.md")
    told = {name: default for name, default, _ in table}
    actual = {name: getattr(Settings(), name) for name in Settings.__struct_fields__}
    assert told == {name: "" if value is None else str(value) for name, value in actual.items()}


def test_deadlines_are_told_as_they_are() -> None:
    told = {row[0]: row[1] for page in tables(DOCS / "concepts" / "escrow.md") for row in page}
    for name in Timers.__struct_fields__:
        number, _, unit = told[name].partition(" ")
        assert timedelta(**{unit or "days": int(number)}) == getattr(Timers(), name)


def test_refusals_are_told_in_their_order() -> None:
    rows = tables(DOCS / "concepts" / "batch.md")[0]
    told = [code for row in rows for code in re.findall(r"\w+", row[0])]
    assert told == [str(code) for code in orders.PlaceRefusal]


def test_scenarios_are_held_by_the_tests_named() -> None:
    [rows] = tables(DOCS / "internals" / "scenarios.md")
    covered = [int(number) for number, *_ in rows]
    assert covered == sorted(covered)
    assert set(covered) == {*range(1, 7), 8, 9, 10, *range(12, 16), 18, 19, 20, 25}
    for _, _, file, name in rows:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), name
    numbered = {
        name
        for path in (ROOT / "tests" / "scenarios").glob("test_*.py")
        for name in re.findall(r"def (test_\d\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert numbered <= {name for *_, name in rows}, "each scenario's test is in the table"


def test_decisions_are_numbered_and_listed() -> None:
    files = sorted((DOCS / "internals" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    index = re.findall(
        r"^(\d+)\. \[(.+)\]\(internals/decisions/(.+)\)$",
        (DOCS / "README.md").read_text(encoding="utf-8"), re.MULTILINE,
    )  # fmt: skip
    heads = [file.read_text(encoding="utf-8").partition("\n")[0] for file in files]
    assert [f"# {n}. {title}" for n, title, _ in index] == heads
    assert [name for _, _, name in index] == [file.name for file in files]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A world to trade in."""
    async with open_world(database_url) as own:
        yield own


async def test_statements_of_a_batch_are_those_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await world.offer(await world.seller(), 10_00, units=1000)
    await world.place(offer)  # the first purchase of a market reads the market too
    names: list[str] = []
    fetch = Tx.fetch

    async def note(self: Tx, statement: Any, **values: Any) -> Any:
        names.append(statement.name.removeprefix("fondaco."))
        return await fetch(self, statement, **values)

    monkeypatch.setattr(Tx, "fetch", note)
    await world.place(offer)
    rows = tables(DOCS / "internals" / "batches.md")[0]
    assert [row[1] for row in rows if row[0]] == names


# The worked purchase of concepts/ledger.md


async def worked(world: World) -> dict[int, str]:
    """Trade it; the names of its orders and sellers."""
    alder, birch = await world.seller(), await world.seller()
    lamp, chair = await world.offer(alder, 24_95, 4_90), await world.offer(birch, 89_00)
    placed = await world.place((lamp, 2), chair)
    await world.capture(placed, fee=4_47)
    lamps, chairs = (order.id for order in placed.orders)
    one_unit = (orders.RefundLine(no=1, units=1),)
    await world.do(orders.refund, orders.Refund(order=lamps, lines=one_unit))
    [back] = await world.refunds(placed)
    arrived = payments.RefundFact(
        refund=back["id"], succeeded=True, amount=back["amount"], currency="EUR"
    )
    await world.do(payments.record_refund, arrived)
    await world.deliver(lamps)
    await world.deliver(chairs)
    await world.confirm(lamps, buyer=world.customer)
    world.clock.advance(days=10)
    await world.do(orders.do_due, orders.DoDue(order=chairs, state="delivered"))
    paid = await world.do(payments.pay_out, payments.PayOut(seller=alder, currency="EUR"))
    landed = payments.PayoutFact(payout=paid.id, paid=True, amount=paid.amount, currency="EUR")
    await world.do(payments.record_payout, landed)
    return {lamps: "Alder", chairs: "Birch", alder: "Alder", birch: "Birch"}


def cents(text: str) -> int:
    assert re.search(r"\.\d\d$", text), text
    return int(re.sub(r"[.,]", "", text).replace("\N{MINUS SIGN}", "-"))


async def test_worked_purchase_is_posted_as_told(world: World) -> None:
    names = await worked(world)
    rows = await world.rows(
        """
        select j.kind, p.debit, p.debit_subject, p.credit, p.credit_subject, p.amount
        from ledger.posting p join ledger.journal j on j.bucket = p.bucket and j.id = p.journal
        where j.cause in (select cause from ledger.journal where root >> 6 = any(:roots))
        order by j.id, p.no
        """,
        roots=[id_ >> 6 for id_ in names],
    )  # fmt: skip

    def side(account: str, subject: int) -> str:
        return f"{account} ({names[subject]})" if subject in names else account

    posted = [(r[0], side(r[1], r[2]), side(r[3], r[4]), r[5]) for r in rows]
    _, _, told, balances = tables(DOCS / "concepts" / "ledger.md")
    assert posted == [(kind, dr, cr, cents(amount)) for _, kind, dr, cr, amount in told]
    sums: dict[str, list[int]] = {}
    for row in rows:
        sums.setdefault(row["debit"], [0, 0])[0] += row["amount"]
        sums.setdefault(row["credit"], [0, 0])[1] += row["amount"]
    for account, debits, credits, balance in balances[:-1]:
        assert sums.pop(account) == [cents(debits), cents(credits)]
        assert cents(debits) - cents(credits) == cents(balance)
    assert sums == {}


def steps() -> list[tuple[str, str | None]]:
    """The tutorial's shell blocks, each with the output shown below it, if any."""
    blocks = FENCE.findall(TUTORIAL.read_text(encoding="utf-8"))
    following = [*blocks[1:], ("", "")]
    return [
        (body, shown if kind in ("json", "text") else None)
        for (shell, body), (kind, shown) in zip(blocks, following, strict=True)
        if shell == "sh"
    ]


@pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs curl and jq")
def test_tutorial_does_what_it_shows(home: Path) -> None:
    script = "set -eu\n" + "".join(f"{shell}\nprintf '\\036'\n" for shell, _ in steps())
    environ = {name: v for name, v in os.environ.items() if not name.startswith("FONDACO_")}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    with running(home, None) as server:
        script = script.replace("http://127.0.0.1:8000", shlex.quote(server.url))
        script = script.replace("./market", shlex.quote(str(home)))
        done = subprocess.run(
            ["bash", "-c", script], cwd=home, env=environ, capture_output=True, text=True
        )
        server.stop()
    assert done.returncode == 0, done.stderr
    for (shell, shown), given in zip(steps(), done.stdout.split("\036")[:-1], strict=True):
        assert shown is None or given.strip() == shown.strip(), shell
