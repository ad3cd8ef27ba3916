"""Reading sanction lists from the files that their issuers publish, or a plain table of names.

Told apart by their columns: OFAC's `SDN.CSV` and `ALT.CSV` (which have no header), the same with
a header, the UN's consolidated list and BIS' denied persons as tables, and any table with the
columns `id`, `name` and, if wanted, `aliases`, parted by semicolons. CSV or Parquet.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from fondaco.risk.model import Entry

_LONGEST: Final = 500
_LONGEST_ID: Final = 100
_NOTHING: Final = frozenset({"", "-0-", "None"})

_OFAC: Final = ("ent_num", "name")
_OFAC_ALIASES: Final = ("ent_num", "alt_name")
_UN: Final = ("dataid", "name")
_BIS: Final = ("Name", "Effective_Date")
_PLAIN: Final = ("id", "name")
_HEADERLESS: Final = {12: {0: "ent_num", 1: "name"}, 5: {0: "ent_num", 3: "alt_name"}}
"""How many columns OFAC's files without a header have, and which of them are of use."""


_END: Final = ["\x1a"]
"""What DOS wrote at the end of a file, and OFAC does still."""


class BadList(ValueError):
    """A file that is no such list; `problems` has a line for each row that is wrong."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


def read_entries(files: Iterable[Path]) -> tuple[Entry, ...]:
    """The entries of files that together are one list, by id. Raises BadList or OSError.

    A list with a bad row is not read at all: to leave somebody out unseen would be worse.
    """
    names: dict[str, dict[str, None]] = {}
    problems: list[str] = []
    for file in files:
        for line, row in _rows(file):
            try:
                id_, several = _entry(row)
            except ValueError as error:
                problems.append(f"{file.name} line {line}: {error}")
                continue
            names.setdefault(id_, {}).update(dict.fromkeys(several))
    if problems:
        raise BadList("the list has bad rows, and nothing of it was loaded", problems)
    return tuple(Entry(id_, tuple(names[id_])) for id_ in sorted(names) if names[id_])


def _entry(row: dict[str, Any]) -> tuple[str, list[str]]:
    """An entry's id and names. Raises ValueError that says what is wrong with the row."""
    if all(one in row for one in _OFAC_ALIASES):
        id_, several = row["ent_num"], [row["alt_name"]]
    elif all(one in row for one in _OFAC):
        id_, several = row["ent_num"], [row["name"]]
    elif all(one in row for one in _UN):
        id_, several = row["dataid"], [row["name"], *_several(row.get("aliases"))]
    elif all(one in row for one in _BIS):
        id_, several = f"{_text(row['Name'])} {row['Effective_Date']}"[:100], [row["Name"]]
    else:
        id_, several = row["id"], [row["name"], *_several(row.get("aliases"))]
    if not _text(id_):
        raise ValueError("the id is missing")
    said = [name for one in several if (name := _text(one))]
    if not said:
        raise ValueError("the name is missing")
    if len(_text(id_)) > _LONGEST_ID:
        raise ValueError(f"the id is longer than {_LONGEST_ID} characters")
    if any("\0" in one for one in (_text(id_), *said)):
        raise ValueError("it has a NUL character")
    if too_long := [one for one in said if len(one) > _LONGEST]:
        raise ValueError(f"a name is longer than {_LONGEST} characters: {too_long[0][:40]}...")
    return _text(id_), said


def _several(aliases: Any) -> list[str]:
    if aliases is None:
        return []
    return aliases.split(";") if isinstance(aliases, str) else list(aliases)


def _text(value: Any) -> str:
    text = " ".join(str(value if value is not None else "").split())
    return "" if text in _NOTHING else text


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = _parquet(file) if file.suffix == ".parquet" else _csv(file)
    for line, row in rows:
        known = any(
            all(one in row for one in columns)
            for columns in (_OFAC, _OFAC_ALIASES, _UN, _BIS, _PLAIN)
        )
        if not known:
            raise BadList(f"{file.name} has no columns id and name, nor those of a known list")
        yield line, row


def _parquet(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow as pa  # a tenth of a second, needed by nobody else here
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
    except pa.ArrowInvalid as error:
        raise BadList(f"{file.name} is no Parquet file") from error
    yield from enumerate(table.to_pylist(), 1)


def _csv(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header: dict[int, str] | None = None
            for row in reader:
                if not any(one.strip() for one in row) or row == _END:
                    continue
                if header is None:
                    header = _HEADERLESS.get(len(row)) if row[0].strip().isdigit() else None
                    if header is None:
                        header = {n: name.strip() for n, name in enumerate(row)}
                        continue
                yield (
                    reader.line_num,
                    {name: row[n] for n, name in header.items() if n < len(row)}
                    | {name: "" for n, name in header.items() if n >= len(row)},
                )
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadList(f"{file.name} is no CSV file in UTF-8: {error}") from error
