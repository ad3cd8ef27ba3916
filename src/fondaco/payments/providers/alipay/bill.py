"""Alipay's bill of a day: a zip of CSV files in Chinese, one line for each trade and refund."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Final

from fondaco.payments.providers.alipay.gateway import BEIJING, TIME
from fondaco.payments.providers.base import ReportLine

_MOST_BYTES: Final = 200_000_000
_TRADE, _REFUND = "交易", "退款"
_PARENTHESES: Final = str.maketrans("\uff08\uff09", "()")
_KINDS: Final = {_TRADE: "captured", _REFUND: "refunded"}


class BadBill(ValueError):
    """A bill that cannot be read; the message says where."""


def fen(yuan: str) -> int:
    """A decimal number of yuan in fen: `12.3` is 1230. Raises ValueError."""
    text = yuan.strip()
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("+-").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(rest) > 2:
        raise ValueError(f"{yuan!r} is not an amount in yuan")
    if rest and not (rest.isascii() and rest.isdigit()):
        raise ValueError(f"{yuan!r} is not an amount in yuan")
    return sign * (int(whole) * 100 + int(rest.ljust(2, "0")))


def yuan(fen_: int) -> str:
    """Fen as Alipay writes them: 1230 is `12.30`."""
    return f"{fen_ // 100}.{fen_ % 100:02}"


def lines(archive: bytes) -> list[ReportLine]:
    """The lines of a bill. Raises BadBill."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            names = [_name(one) for one in files.infolist()]
            found = [
                files.read(one)
                for one, name in zip(files.infolist(), names, strict=True)
                if name.endswith(".csv") and "汇总" not in name and one.file_size <= _MOST_BYTES
            ]
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise BadBill(f"not a zip archive: {error}") from None
    return [line for one in found for line in _lines(one)]


def _name(one: zipfile.ZipInfo) -> str:
    """A file's name, which is in GBK though the archive does not say so."""
    if one.flag_bits & 0x800:
        return one.filename
    return one.filename.encode("cp437", "replace").decode("gbk", "replace")


def _lines(table: bytes) -> list[ReportLine]:
    try:
        text = table.decode("gb18030")
    except UnicodeDecodeError:
        raise BadBill("not written in GBK") from None
    plain = io.StringIO("".join(row for row in text.splitlines(True) if not row.startswith("#")))
    read = []
    for number, row in enumerate(csv.DictReader(plain), 2):
        given = {
            name.strip().translate(_PARENTHESES): (value or "").strip()
            for name, value in row.items()
            if name
        }
        try:
            if given["业务类型"] in _KINDS:
                read.append(_line(given))
        except (KeyError, ValueError) as error:
            raise BadBill(f"line {number}: {error}") from None
    return read


def _line(row: dict[str, str]) -> ReportLine:
    refund = row["业务类型"] == _REFUND
    key = row["退款批次号/请求号"] if refund else row["商户订单号"]
    at = datetime.strptime(row["完成时间"], TIME).replace(tzinfo=BEIJING)
    return ReportLine(
        key, _KINDS[row["业务类型"]], fen(row["订单金额(元)"]), -fen(row["服务费(元)"]), "CNY",
        at, row["支付宝交易号"],
    )  # fmt: skip
