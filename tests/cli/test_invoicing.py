"""Invoices on the command line: who issues them, a month of them, and one as a file."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fondaco.kernel.ids import show
from tests.cli.conftest import Fondaco
from tests.world import TEN_PERCENT, open_world

ISSUER = ("--name", "Nord GmbH", "--address", r"Hafen 1\n20457 Hamburg", "--country", "DE")
LAST: date = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
MONTH = f"{LAST:%Y-%m}"


@pytest.fixture
def sold(url: str) -> tuple[str, str]:
    """A market, and a seller of whom 10.00 commission was taken last month."""

    async def work() -> tuple[str, str]:
        async with open_world(url) as world:
            world.clock.time = datetime(LAST.year, LAST.month, 2, tzinfo=UTC)
            await world.open_market(fee=TEN_PERCENT)
            seller = await world.seller()
            await world.sell(await world.offer(seller, 100_00))
            [row] = await world.rows(
                "select slug from markets.market where id = :id", id=world.market
            )
            return row["slug"], show("sel", seller)

    return asyncio.run(work())


def test_a_month_is_issued_once_and_written_to_files(
    fondaco: Fondaco, sold: tuple[str, str], tmp_path: Path
) -> None:
    market, seller = sold
    said = fondaco("invoices", "issue", market, "--month", MONTH)
    assert (said.status, "Nobody said who runs the market" in said.out) == (1, True)
    assert fondaco("invoices", "issuer", market, *ISSUER, "--prefix", "NORD").status == 0
    said = fondaco("invoices", "issue", market, "--month", MONTH)
    assert (said.status, "1 documents issued" in said.out) == (0, True), said.err
    again = fondaco("invoices", "issue", market, "--month", MONTH)
    assert (again.status, "0 documents issued" in again.out) == (0, True)
    listed = fondaco("invoices", "list", seller).out.split()
    number = listed[0]
    assert listed[1:4] == ["invoice", MONTH, "10.00"]
    files = {kind: tmp_path / f"one.{kind}" for kind in ("pdf", "csv", "json")}
    for file in files.values():
        assert fondaco("invoices", "show", number, "--out", file).status == 0
    assert files["pdf"].read_bytes().startswith(b"%PDF")
    assert files["csv"].read_text().splitlines()[1].endswith("commission,,1,0,10.00,0.00,10.00,EUR")
    told = json.loads(files["json"].read_text())
    assert told["issuer"]["address"] == "Hafen 1\n20457 Hamburg"


@pytest.mark.usefixtures("url")
def test_what_cannot_be_is_told(fondaco: Fondaco, tmp_path: Path) -> None:
    for asked, why in (
        (("issue", "nowhere", "--month", "2026-10"), "there is no market 'nowhere'"),
        (("issue", "nowhere", "--month", "October"), "is not a month like 2026-10"),
        (("list", "sel_0000000000010"), "there is no seller"),
        (("show", "N-1", "--out", tmp_path / "x.pdf"), "there is no document 'N-1'"),
        (("show", "N-1", "--out", tmp_path / "x.doc"), "should end in .pdf"),
    ):
        said = fondaco("invoices", *asked)
        assert (said.status, why in said.err) == (2, True), said.err
