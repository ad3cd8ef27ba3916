"""Lists as their issuers publish them, and files that are none."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fondaco.risk import BadList, Entry, read_entries


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_ofac_s_files_without_a_header_are_one_list(tmp_path: Path) -> None:
    rest = ',-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    sdn = write(tmp_path, "SDN.CSV", f'36,"AEROCARIBBEAN AIRLINES"{rest}306,"BANCO, S.A."{rest}')
    alt = write(tmp_path, "ALT.CSV", '36,12,"aka","AERO-CARIBBEAN",-0- \n')
    assert read_entries([sdn, alt]) == (
        Entry("306", ("BANCO, S.A.",)),
        Entry("36", ("AEROCARIBBEAN AIRLINES", "AERO-CARIBBEAN")),
    )


def test_the_end_of_file_mark_of_dos_is_no_row(tmp_path: Path) -> None:
    rest = ",-0- " * 10
    file = write(tmp_path, "SDN.CSV", f'36,"AEROCARIBBEAN AIRLINES"{rest}\r\n\x1a')
    [entry] = read_entries([file])
    assert entry.names == ("AEROCARIBBEAN AIRLINES",)


def test_a_plain_table_and_its_aliases(tmp_path: Path) -> None:
    plain = write(
        tmp_path, "own.csv", "id,name,aliases\n1, Eric  Badege ,E. Badege;Badege\n2,X Y,\n"
    )
    assert read_entries([plain]) == (
        Entry("1", ("Eric Badege", "E. Badege", "Badege")),
        Entry("2", ("X Y",)),
    )


def test_tables_of_the_un_and_of_bis_in_parquet(tmp_path: Path) -> None:
    un, bis = tmp_path / "un.parquet", tmp_path / "bis.parquet"
    pq.write_table(pa.table({"dataid": ["7"], "name": ["A B"], "aliases": [["C D"]]}), un)
    pq.write_table(pa.table({"Name": [" I. ASH"], "Effective_Date": ["06/19/2003"]}), bis)
    assert read_entries([un]) == (Entry("7", ("A B", "C D")),)
    assert read_entries([bis]) == (Entry("I. ASH 06/19/2003", ("I. ASH",)),)


def test_a_bad_row_is_told_by_line_and_nothing_is_loaded(tmp_path: Path) -> None:
    long = "x" * 501
    bad = write(tmp_path, "own.csv", f"id,name\n1,Fine\n,Nobody\n3,\n4,{long}\n")
    with pytest.raises(BadList) as caught:
        read_entries([bad])
    assert caught.value.problems == [
        "own.csv line 3: the id is missing",
        "own.csv line 4: the name is missing",
        f"own.csv line 5: a name is longer than 500 characters: {'x' * 40}...",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"colour,size\nred,1\n"),
        ("a.csv", b"id,name\n1,\xff\xfe\n"),
        ("a.parquet", b"no parquet"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadList, match=name):
        read_entries([path])
