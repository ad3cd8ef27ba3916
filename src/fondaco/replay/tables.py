"""Rows of a file as text, whatever the file: CSV, gzipped CSV or Parquet.

Parquet columns are turned into the text that a CSV would hold, so one set of checks serves both.
A CSV is read line by line: a stray quote or a cut-off line spoils its own row and no other.
"""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq


class Unreadable(Exception):
    """A folder or a whole file cannot be used; the message names it and says why."""


class Break(msgspec.Struct, frozen=True):
    """A row that was left out, and why.

    `line` counts as in a text editor: 1 is the header, so row n of a Parquet file is line n + 1.
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        row = f" (row {self.line - 1})" if self.file.endswith(".parquet") else ""
        return f"{self.file} line {self.line}{row}: {self.reason}"


Row = tuple[int, tuple[str, ...]]


class Table(msgspec.Struct, frozen=True):
    """The chosen columns of one file: each row with its line, and the rows that have no shape."""

    file: str
    rows: list[Row]
    breaks: list[Break]


def locate(folder: Path, names: Sequence[str]) -> list[Path]:
    """The files in the folder that bear one of the names, the preferred one first.

    A name stands for `name.parquet`, `name.csv` and `name.csv.gz`.
    """
    kinds = (".parquet", ".csv", ".csv.gz")
    candidates = (folder / (name + kind) for name in names for kind in kinds)
    return [path for path in candidates if path.is_file()]


def every(folder: Path) -> list[Path]:
    """All tables of the folder, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name.endswith((".parquet", ".csv", ".csv.gz"))
    )


def read(path: Path, columns: Sequence[str]) -> Table:
    """The given columns (two or more) of every row. Raises Unreadable if one is not there."""
    try:
        if path.suffix == ".parquet":
            return _parquet(path, columns)
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", errors="replace") as lines:
                return _csv(path.name, lines, columns)
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            return _csv(path.name, lines, columns)
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}") from error


def _parquet(path: Path, columns: Sequence[str]) -> Table:
    with pq.ParquetFile(path) as source:
        _require(path.name, columns, source.schema_arrow.names)
        table = source.read(columns=list(columns), use_threads=False)
    texts = [table[name].cast(pa.large_string()).to_pylist() for name in columns]
    filled = ([value or "" for value in column] for column in texts)
    return Table(path.name, list(enumerate(zip(*filled, strict=True), start=2)), [])


def _csv(file: str, lines: IO[str], columns: Sequence[str]) -> Table:
    header = [name.strip() for name in _fields(next(lines, ""))]
    _require(file, columns, header)
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*map(header.index, columns))
    rows: list[Row] = []
    breaks: list[Break] = []
    for number, line in enumerate(lines, start=2):
        try:
            fields = _fields(line)
        except csv.Error as error:
            breaks.append(Break(file, number, f"is not a CSV row: {error}"))
            continue
        if len(fields) == len(header):
            rows.append((number, pick(fields)))
        elif fields:
            reason = f"has {len(fields)} fields where the header has {len(header)}"
            breaks.append(Break(file, number, reason))
    return Table(file, rows, breaks)


def _fields(line: str) -> list[str]:
    line = line.rstrip("\r\n")
    if '"' in line:
        return next(csv.reader((line,), strict=True))
    return line.split(",") if line.strip() else []


def _require(file: str, columns: Iterable[str], present: Sequence[str]) -> None:
    absent = [name for name in columns if name not in present]
    if absent:
        raise Unreadable(f"{file} lacks the column{'s'[: len(absent) > 1]} {', '.join(absent)}")
