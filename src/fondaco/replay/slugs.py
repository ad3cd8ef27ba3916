"""Slugs for names that others gave."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A slug for each name: itself where it can be one and nobody has it, else a digest of it."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        slug = name.replace("_", "-")
        if slug in taken or not _SLUG.fullmatch(slug):
            slug = blake2b(name.encode(), digest_size=16).hexdigest()
        taken.add(slug)
        made[name] = slug
    return made
