"""Rates in files: CSV to commands, each bad row with its line and a reason to act on.

The same reading serves the tables that ship with Fondaco and those that an operator imports.
"""

import csv
import lzma
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import msgspec

from fondaco.kernel.money import in_use
from fondaco.markets.fx_model import CurrencyRate, SetFxRates
from fondaco.markets.tax_model import SetTaxRate

TAX_COLUMNS: Final = ("country", "region", "class", "rate", "valid_from", "valid_until")
SHIPPED_TAX: Final = "eu-vat-rates-data 2026-09-29"
SHIPPED_FX: Final = "ECB reference rates 2026-10-30"
_RETIRED: Final = frozenset(["CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL"])
_RATE: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", re.ASCII)
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%?", re.ASCII)


class BadRow(NamedTuple):
    """A row that was left out: its line as a text editor counts, and why."""

    line: int
    reason: str


class BadTable(ValueError):
    """The file as a whole is not such a table; the message says why."""


def read_tax_rates(
    lines: Iterable[str], source: str, valid_from: date | None = None
) -> tuple[list[SetTaxRate], list[BadRow]]:
    """The rates of a CSV file and the rows that are none. Raises BadTable for another file.

    A rate is a percentage. `valid_from` stands in where the row has none.
    """
    rates: list[SetTaxRate] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str, str, date], int] = {}
    for line, row in _rows(lines, TAX_COLUMNS[:4], TAX_COLUMNS):
        try:
            one = _tax_rate(row, source, valid_from)
            key = (one.country, one.region, one.tax_class, one.valid_from)
            if key in seen:
                raise ValueError(f"is for the same place, class and day as line {seen[key]}")
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
            continue
        seen[key] = line
        rates.append(one)
    return rates, bad


def _tax_rate(row: dict[str, str], source: str, valid_from: date | None) -> SetTaxRate:
    if "" in row:
        raise ValueError(f"has more fields than the header: {row['']!r}")
    match = _PERCENT.fullmatch(row["rate"])
    if match is None:
        raise ValueError(f"rate {row['rate']!r} is not a percentage such as 21 or 5.5")
    share = Fraction(match[1]) / 100
    if share > 1:
        raise ValueError(f"rate {row['rate']!r} is more than 100 %")
    begin = _day("valid_from", row.get("valid_from", "")) or valid_from
    if begin is None:
        raise ValueError("valid_from is missing")
    end = _day("valid_until", row.get("valid_until", ""))
    if end is not None and end <= begin:
        raise ValueError(f"valid_until {end} is not after valid_from {begin}")
    wish = {
        "country": row["country"], "region": row["region"], "tax_class": row["class"],
        "numerator": share.numerator, "denominator": share.denominator,
        "valid_from": begin, "valid_until": end, "source": source,
    }  # fmt: skip
    try:
        return msgspec.convert(wish, SetTaxRate)
    except msgspec.ValidationError as error:
        field = re.search(r"\$\.(\w+)", str(error))
        name = {"tax_class": "class"}.get(field[1], field[1]) if field else "row"
        raise ValueError(f"{name} {row.get(name, '')!r} is not one") from None


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} {text!r} is not a date such as 2026-01-31") from None


def _rows(
    lines: Iterable[str], needed: Sequence[str], known: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by column, with its line; columns at the end may be left out."""
    reader = csv.reader(lines, skipinitialspace=True)
    header = [name.strip() for name in next(reader, [])]
    if missing := [name for name in needed if name not in header]:
        raise BadTable(f"lacks the column{'s'[: len(missing) > 1]} {', '.join(missing)}")
    if odd := [name for name in header if name not in known]:
        raise BadTable(f"has a column {odd[0]!r}, which is none of {', '.join(known)}")
    for row in reader:
        filled = [field.strip() for field in row] + [""] * (len(header) - len(row))
        if any(filled):
            extra = {"": ",".join(filled[len(header) :])} if len(row) > len(header) else {}
            yield reader.line_num, dict(zip(header, filled, strict=False)) | extra


def read_fx_rates(
    lines: Iterable[str], source: str, base: str = "EUR"
) -> tuple[list[SetFxRates], list[BadRow]]:
    """The rates of a CSV file, a day a row and a currency a column, and the rows that are none.

    The form of the European Central Bank: `Date,USD,JPY`, `N/A` or nothing where there is no
    rate. Currencies that the euro has replaced are left out. Raises BadTable for another file.
    """
    reader = csv.reader(lines, skipinitialspace=True)
    header = [name.strip() for name in next(reader, [])]
    while header and not header[-1]:  # the bank ends each row with a comma
        header.pop()
    columns = header[1:]
    if not columns or header[0].lower() != "date":
        raise BadTable("is not a table of exchange rates: Date,USD,JPY and so on")
    for name in (base, *columns):
        known = in_use(name) or name in _RETIRED
        if not known or columns.count(name) + (name == base) > 1:
            raise BadTable(f"has a column {name!r}, which is no currency against {base}")
    days: list[SetFxRates] = []
    bad: list[BadRow] = []
    seen: dict[date, int] = {}
    for row in reader:
        fields = [field.strip() for field in row]
        if not any(fields):
            continue
        try:
            day = _day("Date", fields[0])
            if day is None:
                raise ValueError("Date is missing")
            if day in seen:
                raise ValueError(f"is for the same day as line {seen[day]}")
            rates = _fx_rates(columns, fields[1:])
        except ValueError as error:
            bad.append(BadRow(reader.line_num, str(error)))
            continue
        seen[day] = reader.line_num
        if rates:
            days.append(SetFxRates(base=base, on=day, rates=rates, source=source))
    return days, bad


def _fx_rates(columns: Sequence[str], fields: Sequence[str]) -> tuple[CurrencyRate, ...]:
    if any(fields[len(columns) :]):
        raise ValueError("has more fields than the header")
    rates = []
    for currency, text in zip(columns, fields, strict=False):
        if text in ("", "N/A") or currency in _RETIRED:
            continue
        if _RATE.fullmatch(text) is None or not (share := Fraction(text)):
            raise ValueError(f"{currency} {text!r} is not a rate such as 1.1172")
        rates.append(CurrencyRate(currency, share.numerator, share.denominator))
    return tuple(rates)


class ShippedFx:
    """The European Central Bank's reference rates that ship with Fondaco, from 2022 on."""

    name = SHIPPED_FX

    async def days(self) -> Sequence[SetFxRates]:
        """Every day of it."""
        text = _shipped("ecb_rates.csv.xz").decode()
        found, bad = read_fx_rates(text.splitlines(), self.name)
        if bad:
            raise AssertionError(f"the shipped table is broken: {bad[0]}")
        return found


@cache
def shipped_tax() -> tuple[SetTaxRate, ...]:
    """The table that ships with Fondaco, valid from the first day there is."""
    text = _shipped("vat_rates.csv").decode()
    rates, bad = read_tax_rates(text.splitlines(), SHIPPED_TAX, date.min)
    if bad:
        raise AssertionError(f"the shipped table is broken: {bad[0]}")
    return tuple(rates)


def _shipped(name: str) -> bytes:
    raw = (resources.files("fondaco.markets") / "data" / name).read_bytes()
    return lzma.decompress(raw) if name.endswith(".xz") else raw
