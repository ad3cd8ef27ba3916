"""The operator's bank over the API: its files in, payment files out, balances and the books."""

from base64 import b64decode
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from fondaco import payments
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import next_page, parsed
from fondaco.kernel.ids import show
from fondaco.orders.api.purchases import Caller
from fondaco.orders.bank_import import BankImport, SendBankFile, send_bank_file, take_bank_file
from fondaco.payments.providers import BadBankFile, Bank

_NEWEST = 2**63 - 1


class NewBankFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement (camt.053) or status report (pain.002): the bytes of the file in base64."""

    content: Annotated[str, msgspec.Meta(min_length=1, description="Base64, RFC 4648 section 4.")]


class Unfit(msgspec.Struct, frozen=True):
    """An entry or status that nothing of ours fits, and why; minor units, debits below zero."""

    reference: str
    amount: int
    currency: str
    why: str


class BankFileRead(msgspec.Struct, frozen=True):
    """What came of a statement or report: how much it has, and what of it fits nothing.

    `apart` says why a statement does not go on where the one before it ended, if it does not;
    `again`: it was taken before, and what it shows counted then.
    """

    kind: str
    name: str
    read: int
    again: bool
    apart: str
    unexplained: list[Unfit]


class BankFileTaken(msgspec.Struct, frozen=True):
    """What came of each statement of the file, or of the one report."""

    results: list[BankFileRead]


class PaymentFile(msgspec.Struct, frozen=True):
    """A payment file that was made: payouts by SEPA transfers; `amount` in euro cents."""

    id: str
    message: str
    account: str
    payouts: int
    amount: int
    made_by: str
    made_at: datetime


class PaymentFiles(msgspec.Struct, frozen=True):
    """Payment files, latest first; `next` is the address of the page after, if there is one."""

    files: list[PaymentFile]
    next: str | None


class BankStatementView(msgspec.Struct, frozen=True):
    """A statement that was taken. Minor units.

    `open_breaks` counts what of it is still to be explained: `/api/breaks` lists it with its `day`
    and `provider=bank <statement>`, or `provider=bank balance <statement>`.
    """

    id: str
    account: str
    currency: str
    statement: str
    day: date
    opening: int
    closing: int
    open_breaks: int
    taken_at: datetime


class BankStatements(msgspec.Struct, frozen=True):
    """Statements, last taken first; `next` is the address of the page after, if there is one."""

    statements: list[BankStatementView]
    next: str | None


class BankBalance(msgspec.Struct, frozen=True):
    """The last closing balance of an account against the journal. Minor units.

    `closing` = `booked` + `before` + `transfers` - `elsewhere` + `unmatched` + `gaps` + `rest`:
    booked in the journal's account `bank`; there before the first statement; transfers of buyers
    less refunds; moved through other providers; entries that fit nothing; between statements that
    do not continue each other; explained by none of these. `on_its_way` is in payment files only.
    """

    account: str
    currency: str
    statement: str
    day: date
    closing: int
    booked: int
    before: int
    transfers: int
    elsewhere: int
    unmatched: int
    gaps: int
    rest: int
    on_its_way: int


class BankBalances(msgspec.Struct, frozen=True):
    """Each account and currency that a statement was taken of."""

    balances: list[BankBalance]


@post("/api/bank/files", dto=Strict[NewBankFile], **writes("admin", "operator"))
async def new_bank_file(
    data: JSONBody[NewBankFile], request: Caller, idempotency_key: IdempotencyKey
) -> BankFileTaken:
    """Take a file of the bank. One taken again changes nothing; a bad one is refused whole."""
    state = request.app.state
    bank = state.providers.get("bank")
    if not isinstance(bank, Bank):
        raise Problem(422, "unknown_provider", "No account of a bank is set up in the settings.")
    content = _decoded(data.content)
    wish = SendBankFile(digest=sha256(content).hexdigest(), by=request.auth.by)
    await submit(request, send_bank_file, wish, idempotency_key)
    try:
        done = await take_bank_file(state.database, content, bank.iban, state.bank_schemas)
    except BadBankFile as error:
        detail = f"In {error}; nothing was taken."
        raise Problem(422, "bad_bank_file", detail, pointer="/content") from None
    return BankFileTaken([_read(one) for one in done])


@get("/api/bank/files", **reads("admin", "operator"))
async def bank_statements(
    request: Caller,
    after: Annotated[str | None, after("bst")] = None,
    limit: Limit = 50,
) -> BankStatements:
    """Statements that were taken, with how many of their breaks are open."""
    before = parsed("bst", after) or _NEWEST
    views = [
        BankStatementView(
            show("bst", row["id"]), row["account"], row["currency"], row["statement"], row["day"],
            row["opening"], row["closing"], row["open"], row["taken_at"],
        )
        for row in await payments.bank_statements(request.app.state.database, before, limit)
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return BankStatements(views, next_page("/api/bank/files", views, limit, last))


@get("/api/bank/payment-files", **reads("admin", "operator"))
async def payment_files(
    request: Caller,
    after: Annotated[str | None, after("bpf")] = None,
    limit: Limit = 50,
) -> PaymentFiles:
    """Payment files that were made, latest first."""
    before = parsed("bpf", after) or _NEWEST
    views = [
        PaymentFile(
            show("bpf", row["id"]), row["message"], row["account"], row["payouts"], row["amount"],
            row["made_by"], row["made_at"],
        )
        for row in await payments.bank_files(request.app.state.database, before, limit)
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return PaymentFiles(views, next_page("/api/bank/payment-files", views, limit, last))


@get("/api/bank/payment-files/{message:str}", **reads("admin", "operator"))
async def payment_file(request: Caller, message: FromPath[str]) -> Response[bytes]:
    """A payment file by its message id, as XML (pain.001): the same bytes each time."""
    found = None
    if "\0" not in message:
        found = await payments.bank_file(request.app.state.database, message)
    if found is None:
        raise Problem(404, "not_found", "There is no such payment file.")
    headers = {"content-disposition": f'attachment; filename="{found["message"]}.xml"'}
    return Response(found["body"], media_type="application/xml", headers=headers)


@get("/api/bank/balances", **reads("admin", "operator"))
async def bank_balances(request: Caller) -> BankBalances:
    """What the bank says is in each account, and what lies between that and the journal."""
    found = await payments.bank_positions(request.app.state.database)
    return BankBalances(
        [
            BankBalance(**{name: getattr(one, name) for name in BankBalance.__struct_fields__})
            for one in found
        ]
    )


def _decoded(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except ValueError:
        raise Problem(422, "invalid_body", "This is not base64.", pointer="/content") from None


def _read(done: BankImport) -> BankFileRead:
    unfit = [Unfit(one.reference, one.amount, one.currency, one.why) for one in done.unexplained]
    return BankFileRead(done.kind, done.name, done.read, done.again, done.apart, unfit)


routes = (new_bank_file, bank_statements, payment_files, payment_file, bank_balances)
