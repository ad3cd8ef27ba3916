"""Rates from the command line: imported with bad rows told by line, seeded, shown."""

from pathlib import Path

import pytest

from tests.cli.conftest import Fondaco

pytestmark = pytest.mark.usefixtures("url")

RATES = """country,region,class,rate,valid_from
QY,,standard,21,2026-01-01
QY,,reduced,10.5,
QY,,reduced,x,
"""


def test_a_file_of_tax_rates_is_loaded_once_and_its_bad_row_told(
    fondaco: Fondaco, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(RATES, encoding="utf-8")
    first = fondaco("tax", "import", str(file), "--from", "2026-02-01")
    assert first.status == 1
    assert first.out.strip() == "2 of 2 rates are new or changed."
    assert first.err.strip() == ("rates.csv line 4: rate 'x' is not a percentage such as 21 or 5.5")
    again = fondaco("tax", "import", str(file), "--from", "2026-02-01")
    assert again.out.strip() == "0 of 2 rates are new or changed."
    shown = [line.split() for line in fondaco("tax", "show", "qy").out.splitlines()]
    assert shown == [
        ["QY", "reduced", "10.5", "%", "from", "2026-02-01"],
        ["QY", "standard", "21", "%", "from", "2026-01-01"],
    ]


def test_the_shipped_rates_are_loaded_where_there_are_none(fondaco: Fondaco) -> None:
    assert fondaco("tax", "seed", "--from", "2026-01-01").out.startswith("140 rates loaded.")
    assert fondaco("tax", "seed", "--from", "2026-01-01").out.startswith("0 rates loaded.")
    shown = fondaco("tax", "show", "DE").out.splitlines()
    assert [line.split()[1:3] for line in shown] == [["reduced", "7"], ["standard", "19"]]
    assert fondaco("tax", "show", "QX").out.strip() == "There are no tax rates of QX."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"country,rate\n", "lacks the columns region, class"),
        (b"country,region,class,rate\n\xff\n", "is not UTF-8 text"),
        (None, "No such file"),
    ],
)
def test_another_file_is_refused_whole(
    fondaco: Fondaco, tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "rates.csv"
    if content is not None:
        file.write_bytes(content)
    said = fondaco("tax", "import", str(file))
    assert said.status == (1 if content is None else 2)
    assert why in said.err


def test_a_day_that_is_none_is_refused(fondaco: Fondaco) -> None:
    said = fondaco("tax", "seed", "--from", "soon")
    assert said.status == 2
    assert "'soon' is not a date" in said.err


FX = """Date,USD,JPY,
2026-01-02,1.1,156,
2026-01-05,one,N/A,
"""


def test_a_file_of_exchange_rates_is_loaded_once_and_its_bad_row_told(
    fondaco: Fondaco, tmp_path: Path
) -> None:
    file = tmp_path / "fx.csv"
    file.write_text(FX, encoding="utf-8")
    first = fondaco("fx", "import", str(file))
    assert first.status == 1
    assert first.out.strip() == "2 rates are new or changed."
    assert first.err.strip() == "fx.csv line 3: USD 'one' is not a rate such as 1.1172"
    assert fondaco("fx", "import", str(file)).out.strip() == "0 rates are new or changed."
    shown = fondaco("fx", "show", "usd", "jpy", "--on", "2026-01-04")
    assert shown.out.strip() == "1 USD is 141.818182 JPY, as of 2026-01-02"
    stale = fondaco("fx", "show", "usd", "jpy", "--on", "2026-02-04")
    assert (stale.status, stale.out) == (1, "")
    assert "no rate of USD in JPY that is fresh" in stale.err


def test_the_shipped_exchange_rates_are_loaded(fondaco: Fondaco) -> None:
    assert fondaco("fx", "seed").out.strip() == "36,909 rates are new or changed."
    shown = fondaco("fx", "show", "EUR", "USD", "--on", "2026-10-31")
    assert shown.out.strip() == "1 EUR is 1.1172 USD, as of 2026-10-30"


def test_a_currency_that_is_none_is_refused(fondaco: Fondaco, tmp_path: Path) -> None:
    file = tmp_path / "fx.csv"
    file.write_text("Date,XYZ\n2026-01-02,1\n", encoding="utf-8")
    said = fondaco("fx", "import", str(file))
    assert said.status == 2
    assert "fx.csv has a column 'XYZ', which is no currency against EUR" in said.err
