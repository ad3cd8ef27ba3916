"""A stand-in for Alipay's gateway: checks our signature and signs as the real one does.

Its cryptography is that of an SDK which the client under test does not use.
"""

import io
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from alipay import AliPay
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

APP = "2021000000000001"
PAID_AT = "2026-01-05 20:00:00"
HEAD = "支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）"  # noqa: RUF001


def pair() -> tuple[str, str]:
    """A private key and its public one, as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@dataclass
class Trade:
    """What Alipay knows of one."""

    no: str
    amount: str
    status: str = "WAIT_BUYER_PAY"
    refunds: dict[str, str] = field(default_factory=dict)


class StandIn:
    """The gateway at `url`. `break_signature` signs wrongly, `fail` is answered instead."""

    def __init__(self, private: str, app_public: str) -> None:
        self.sdk = AliPay(APP, app_private_key_string=private, alipay_public_key_string=app_public)
        self.trades: dict[str, Trade] = {}
        self.break_signature = False
        self.fail: dict[str, str] = {}
        self.bill: list[str] | None = None
        self.asked: list[dict[str, str]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self.reply(stand_in.answer(dict(parse_qsl(body))))

            def do_GET(self) -> None:
                if self.path.startswith("/bill"):
                    self.reply(stand_in.archive())
                else:
                    stand_in.visit(f"http://here{self.path}")
                    self.reply(b"a page")

            def reply(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.url = f"{self.root}/gateway.do"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def visit(self, address: str) -> None:
        """The buyer opens the page of a trade, which begins it."""
        given = self._checked(dict(parse_qsl(urlsplit(address).query)))
        content = msgspec.json.decode(given["biz_content"])
        key = content["out_trade_no"]
        self.trades.setdefault(
            key, Trade(f"20260105{len(self.trades):020}", content["total_amount"])
        )

    def notification(self, key: str, status: str = "TRADE_SUCCESS", **more: str) -> bytes:
        """The buyer pays, or does not; the signed form that tells it."""
        trade = self.trades[key]
        trade.status = status
        given = {
            "app_id": APP, "notify_id": "n1", "charset": "utf-8", "version": "1.0",
            "out_trade_no": key, "trade_no": trade.no, "trade_status": status,
            "total_amount": trade.amount, "subject": "Bücher & 书", **more,
        }  # fmt: skip
        if status == "TRADE_SUCCESS":
            given["gmt_payment"] = PAID_AT
        text = "&".join(f"{name}={given[name]}" for name in sorted(given))
        return urlencode({**given, "sign_type": "RSA2", "sign": self.sdk._sign(text)}).encode()

    def answer(self, asked: dict[str, str]) -> bytes:
        """One request of the server's."""
        given = self._checked(asked)
        self.asked.append(given)
        content = msgspec.json.decode(given["biz_content"])
        said = self.fail or self._said(given["method"], content)
        raw = msgspec.json.encode({"code": "10000", "msg": "Success"} | said).decode()
        sign = self.sdk._sign(raw + "!" if self.break_signature else raw)
        name = given["method"].replace(".", "_") + "_response"
        return f'{{"{name}":{raw},"sign":"{sign}"}}'.encode()

    def archive(self) -> bytes:
        """The bill as a zip of a table in GBK, with its summary."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as files:
            text = "\n".join(["#支付宝业务明细查询", HEAD, *(self.bill or []), "#------"])
            files.writestr("2088_20260105_业务明细.csv", text.encode("gbk"))
            files.writestr("2088_20260105_业务明细(汇总).csv", "#x\n".encode("gbk"))
        return packed.getvalue()

    def _checked(self, asked: dict[str, str]) -> dict[str, str]:
        given = dict(asked)
        sign = given.pop("sign")
        text = "&".join(f"{name}={given[name]}" for name in sorted(given))
        assert self.sdk._verify(text, sign), "not signed by the application"
        return given

    def _said(self, method: str, content: dict[str, Any]) -> dict[str, Any]:
        key = content.get("out_trade_no", "")
        if method == "alipay.data.dataservice.bill.downloadurl.query":
            if self.bill is None:
                return refusal("isp.bill_not_exist")
            return {"bill_download_url": f"{self.root}/bill"}
        trade = self.trades.get(key)
        if trade is None:
            return refusal("ACQ.TRADE_NOT_EXIST")
        if method == "alipay.trade.query":
            paid = {"send_pay_date": PAID_AT} if trade.status == "TRADE_SUCCESS" else {}
            return {"out_trade_no": key, "trade_no": trade.no, "trade_status": trade.status,
                    "total_amount": trade.amount, **paid}  # fmt: skip
        if method == "alipay.trade.close":
            if trade.status != "WAIT_BUYER_PAY":
                return refusal("ACQ.TRADE_STATUS_ERROR")
            trade.status = "TRADE_CLOSED"
            return {}
        if method == "alipay.trade.refund":
            if trade.status != "TRADE_SUCCESS":
                return refusal("ACQ.TRADE_STATUS_ERROR")
            new = content["out_request_no"] not in trade.refunds
            trade.refunds[content["out_request_no"]] = content["refund_amount"]
            return {"fund_change": "Y" if new else "N"}
        done = content["out_request_no"] in trade.refunds
        return {"refund_status": "REFUND_SUCCESS"} if done else {}


def refusal(code: str) -> dict[str, str]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": code}
