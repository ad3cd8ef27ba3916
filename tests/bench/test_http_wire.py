"""An answer is recognised whole, however it is cut into segments."""

import pytest

from fondaco.bench.http_wire import NUMBER, Answer, Garbled, answer_in, body_of, encode, numbered

PLAIN = b"HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\nA;x=y\r\nlo, world!\r\n0\r\n\r\n"
)
BARE = b"HTTP/1.1 204 No Content\r\nx: y\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "body"),
    [(PLAIN, 201, b"hello"), (CHUNKED, 200, b"hello, world!"), (BARE, 204, b"")],
)
def test_only_the_whole_is_an_answer(sent: bytes, status: int, body: bytes) -> None:
    for length in range(len(sent)):
        need = answer_in(sent[:length])
        assert isinstance(need, int)
        assert length < need <= len(sent)
    answer = answer_in(sent)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.end, answer.closes) == (status, len(sent), False)
    assert body_of(sent, answer) == body


def test_a_server_that_hangs_up_says_so() -> None:
    answer = answer_in(PLAIN.replace(b"Content-Type: a/b", b"Connection: Close"))
    assert isinstance(answer, Answer)
    assert answer.closes


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_anything_else_is_garbled(sent: bytes) -> None:
    with pytest.raises(Garbled):
        answer_in(sent)


def test_a_request_carries_its_number_and_a_true_length() -> None:
    template = encode("POST", "/p", "h:1", {"idempotency-key": NUMBER}, f'"{NUMBER}"'.encode())
    assert numbered(template, 7) == (
        b"POST /p HTTP/1.1\r\nhost: h:1\r\nidempotency-key: 000000000007\r\n"
        b'content-length: 14\r\n\r\n"000000000007"'
    )


def test_a_get_has_no_length() -> None:
    assert encode("GET", "/", "h", {}) == b"GET / HTTP/1.1\r\nhost: h\r\n\r\n"
