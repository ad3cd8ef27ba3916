"""The history notices what a server must never do."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from fondaco import orders
from fondaco.torture.history import Answer, Call, History, same

REUSED = {"code": "key_reused", "status": 422}


def history(*answers: tuple[int, Any]) -> History:
    """A history of a server that gives these answers, one after the other."""
    waiting = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        if not waiting:
            raise httpx.ConnectError("nobody there")
        status, body = waiting.pop(0)
        return httpx.Response(status, content=msgspec.json.encode(body))

    transport = httpx.MockTransport(answer)
    return History(httpx.AsyncClient(transport=transport, base_url="http://shop"))


async def test_an_answer_that_changes_is_noticed() -> None:
    told = history((201, {"id": "a"}), (201, {"id": "b"}))
    await told.send(Call("k", "/api/x", b"{}"))
    [found] = await told.contradictions(5)
    assert "an answer changed: k /api/x" in found


async def test_the_same_answer_again_is_fine() -> None:
    told = history((409, {"code": "sold_out"}), (409, {"code": "sold_out"}))
    await told.send(Call("k", "/api/x", b"{}"))
    assert await told.contradictions(5) == []


async def test_what_is_not_answered_any_more_is_told() -> None:
    told = history((201, {"id": "a"}))
    await told.send(Call("k", "/api/x", b"{}"))
    assert await told.contradictions(0.3) == ["not answered again: k /api/x"]


async def test_a_server_that_comes_back_meanwhile_is_fine() -> None:
    told = history((201, {"id": "a"}), *[(503, {})] * 8, (201, {"id": "a"}))
    await told.send(Call("k", "/api/x", b"{}"))
    assert await told.contradictions(5) == []


async def test_a_call_without_an_answer_is_asked_again_until_it_has_one() -> None:
    told = history((503, {}), (504, {}), (201, {"id": "a"}))
    call = Call("k", "/api/x", b"{}")
    assert await told.send(call) is None
    assert await told.resolve(5) == []
    assert call.answer == Answer(201, {"id": "a"})
    assert call.doubts == 2


async def test_one_that_is_never_answered_is_told() -> None:
    told = history()
    await told.send(Call("k", "/api/x", b"{}"))
    [found] = await told.resolve(0.3)
    assert found.startswith("never answered: k /api/x")


async def test_an_error_of_the_server_is_never_excused() -> None:
    told = history((500, {"code": "internal_error"}))
    await told.send(Call("k", "/api/x", b"{}"))
    assert len(told.faulty) == 1


def test_two_requests_under_one_key_must_not_both_stand() -> None:
    told = history()
    one = Call("k", "/api/x", b"1", answer=Answer(201, {"id": "a"}))
    two = Call("k", "/api/x", b"2", answer=Answer(201, {"id": "b"}), rivals=(one,))
    told.calls = [one, two]
    assert told.double_keys() == ["key stands for 2 requests: k /api/x"]
    two.answer = Answer(422, REUSED)
    assert told.double_keys() == []


def test_nor_may_none_of_them() -> None:
    told = history()
    told.calls = [Call("k", "/api/x", b"1", answer=Answer(422, REUSED))]
    assert told.double_keys() == ["key stands for 0 requests: k /api/x"]


def test_only_a_pending_payment_may_be_decided_later() -> None:
    def bought(status: str, amount: int = 5) -> Answer:
        return Answer(201, {"id": "p", "payment": {"status": status, "amount": amount}})

    assert same(bought("pending"), bought("captured"))
    assert not same(bought("captured"), bought("declined"))
    assert not same(bought("pending"), bought("captured", 6))


@pytest.mark.parametrize("status", ["captured", "returned", "declined"])
def test_a_call_given_up_as_never_sent_may_yet_arrive(status: str) -> None:
    def bought(status: str, reason: str) -> Answer:
        return Answer(201, {"id": "p", "payment": {"status": status, "reason": reason}})

    assert same(bought("declined", orders.NEVER_SENT), bought(status, ""))
    assert status == "declined" or not same(bought("declined", "no money"), bought(status, ""))


async def test_of_two_answers_at_once_the_earlier_may_be_heard_last() -> None:
    def bought(status: str) -> tuple[int, Any]:
        return 201, {"id": "p", "payment": {"status": status}}

    told = history(bought("pending"), bought("captured"), bought("pending"))
    ask, gate = told.ask, asyncio.Event()

    async def heard_late(call: Call) -> Answer | None:
        answer = await ask(call)
        await gate.wait()
        return answer

    call = Call("k", "/api/x", b"{}")
    told.ask = heard_late  # type: ignore[method-assign]
    late = asyncio.create_task(told.send(call))
    await asyncio.sleep(0)
    while call.answer is None:
        told.ask = ask  # type: ignore[method-assign]
        await told.again(call)
    gate.set()
    await late
    assert told.faulty == []
    assert call.answer.body["payment"]["status"] == "captured"
    await told.again(call)
    assert len(told.faulty) == 1, "asked afterwards, it must not be pending again"
