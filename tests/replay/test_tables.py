"""A folder or file that cannot be used at all is refused by name, with the reason."""

import gzip
from pathlib import Path

import pytest

from fondaco.replay.olist_files import Unreadable, read_olist


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "there is no orders file"),
        ({"orders.csv": b""}, "orders.csv lacks the columns order_id"),
        ({"orders.csv": b"order_id\no1\n"}, "orders.csv lacks the columns customer_id"),
        ({"orders.parquet": b"PAR1 not really"}, "orders.parquet cannot be read"),
        ({"orders.csv.gz": gzip.compress(b"order_id")[:12]}, "orders.csv.gz cannot be read"),
    ],
)
def test_a_folder_that_cannot_be_used(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=message):
        read_olist(tmp_path)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is not a folder"):
        read_olist(tmp_path / "nowhere")
