"""Ids: 64-bit, time-ordered, unique without asking the database, shown outside as `ord_...`.

Layout, high to low: 41 bits of milliseconds since 2025, 7 bits of node, 9 bits of sequence,
6 bits of child. A root (a purchase, a seller, an offer) is minted with child 0; the orders of a
purchase are its children 1 to 63. So an order's id names its purchase, every row of one deal
sorts together, and a deal's bucket follows from any id in it.
"""

import re
import threading
import time
from typing import Final

EPOCH_MS: Final = 1_735_689_600_000  # 2025-01-01T00:00:00Z
NODES: Final = 128
CHILD_BITS: Final = 6
MAX_CHILDREN: Final = (1 << CHILD_BITS) - 1
_SEQUENCE_BITS: Final = 9
_NODE_BITS: Final = 7
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = [high + low for high in _ALPHABET for low in _ALPHABET]
_FROM_OURS: Final = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")  # what int() reads
_DIGITS: Final = 13  # 13 * 5 bits hold 64
_SHOWN: Final = re.compile(rf"^([a-z]{{2,5}})_([{_ALPHABET}]{{{_DIGITS}}})\Z")
_MIX: Final = 0x9E3779B97F4A7C15  # Fibonacci hashing: spreads neighbouring ids over buckets


class BadId(ValueError):
    """A string that is no id of the kind asked for."""


def bucket_of(any_id: int, buckets: int) -> int:
    """Bucket of the deal, owner or SKU that this id belongs to; always 0 on a single server."""
    if buckets == 1:
        return 0
    return ((((any_id >> CHILD_BITS) * _MIX) & (2**64 - 1)) >> 40) % buckets


def root_of(any_id: int) -> int:
    """Id of the root, e.g. of an order's purchase."""
    return any_id >> CHILD_BITS << CHILD_BITS


def minted_at_ms(any_id: int) -> int:
    """When its root was minted, in milliseconds since 1970, by the clock of who minted it."""
    return (any_id >> (_NODE_BITS + _SEQUENCE_BITS + CHILD_BITS)) + EPOCH_MS


def child(root: int, number: int) -> int:
    """Id of the numbered child (from 1) of a root."""
    if not 1 <= number <= MAX_CHILDREN:
        raise ValueError(f"a root has children 1 to {MAX_CHILDREN}, not {number}")
    return root | number


class Minter:
    """Mints root ids for one process. Safe to share between threads.

    Never goes back in time: when a millisecond's sequence is used up, or the clock steps back,
    it runs ahead of the clock instead of repeating itself.
    """

    def __init__(self, node: int, buckets: int = 1) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"node must be 0 to {NODES - 1}, not {node}")
        self.buckets = buckets
        self._node = node << (_SEQUENCE_BITS + CHILD_BITS)
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self, bucket: int | None = None) -> int:
        """A new root id; with `bucket`, one that falls into that bucket."""
        with self._lock:
            while True:
                fresh = self._next()
                if bucket is None or bucket_of(fresh, self.buckets) == bucket:
                    return fresh

    def _next(self) -> int:
        # `_last` counts milliseconds and sequence as one number, so overflow carries over
        now = (time.time_ns() // 1_000_000 - EPOCH_MS) << _SEQUENCE_BITS
        self._last = now if now > self._last else self._last + 1
        ms, sequence = self._last >> _SEQUENCE_BITS, self._last & ((1 << _SEQUENCE_BITS) - 1)
        high = ms << (_NODE_BITS + _SEQUENCE_BITS + CHILD_BITS)
        return high | self._node | sequence << CHILD_BITS


def show(prefix: str, any_id: int) -> str:
    """The id as people and APIs see it, e.g. `ord_01h4x8m2k9t3c`."""
    pairs = _PAIRS  # two of the 13 digits at a time: this runs dozens of times a request
    return (
        f"{prefix}_{_ALPHABET[any_id >> 60 & 31]}"
        f"{pairs[any_id >> 50 & 1023]}{pairs[any_id >> 40 & 1023]}{pairs[any_id >> 30 & 1023]}"
        f"{pairs[any_id >> 20 & 1023]}{pairs[any_id >> 10 & 1023]}{pairs[any_id & 1023]}"
    )


def parse(prefix: str, text: str) -> int:
    """The id behind a shown one. Raises BadId when it is not one, or of another kind."""
    match = _SHOWN.match(text)
    if match is None or match[1] != prefix:
        raise BadId(f"{text[:40]!r} is not an id like {show(prefix, 0)!r}")
    number = int(match[2].translate(_FROM_OURS), 32)
    if number >= 1 << 63:
        raise BadId(f"{text!r} is out of range")
    return number
