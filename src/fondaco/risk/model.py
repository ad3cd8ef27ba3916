"""Sanction lists, and what is decided of parties whose names are like listed ones."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command

ListName = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$(?!\\n)")]
Version = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Entry(msgspec.Struct, frozen=True):
    """Somebody on a list, by the list's own id, with every name they are known by."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    names: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class ImportList(Command, frozen=True, kw_only=True, tag="import_list"):
    """Put a list's new version in place of the one before."""

    name: ListName
    version: Version
    entries: tuple[Entry, ...]


class ListImported(msgspec.Struct, frozen=True, tag="list_imported"):
    """The version that stands; not `changed`: it was there already."""

    version: str
    entries: int
    changed: bool


class ImportRefusal(StrEnum):
    """Why a list was refused; the first that applies."""

    EMPTY = "empty"
    VERSION_TAKEN = "version_taken"


class Screen(Command, frozen=True, kw_only=True, tag="screen"):
    """Compare a party with the lists, unless it has been since either changed."""

    party: int

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.party


class Screened(msgspec.Struct, frozen=True, tag="screened"):
    """Whether a hit keeps the party from being paid."""

    barred: bool


class DecideHit(Command, frozen=True, kw_only=True, tag="decide_hit"):
    """A person says whether a party is the one on the list, and how they know."""

    hit: int
    same: bool
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Why

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.hit


class HitDecided(msgspec.Struct, frozen=True, tag="hit_decided"):
    """`cleared`: the party may be paid; `confirmed`: it may not."""

    state: str


class HitRefusal(StrEnum):
    """Why a decision was refused; the first that applies."""

    UNKNOWN_HIT = "unknown_hit"
    WITHDRAWN = "withdrawn"


REFUSALS: Final = (ImportRefusal, HitRefusal)
"""What an answer over HTTP about screening may carry."""
