"""The pictures of the products: files in one folder, named by the catalogue."""

import re
from pathlib import Path
from typing import Final, NamedTuple

PICTURES: Final = "pictures"
"""The folder's name in the data folder."""

_TYPES: Final = {
    "avif": "image/avif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "webp": "image/webp",
}  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}\.([a-z]{3,4})")


class Picture(NamedTuple):
    """A picture's bytes, media type, and the tag that changes when it does."""

    body: bytes
    media_type: str
    tag: str


def picture(folder: Path, name: str) -> Picture | None:
    """The picture of that name; None where there is none, or the name is not a plain one.

    No name leads out of the folder: one with a slash, a second dot or another ending is nobody's.
    """
    match = _NAME.fullmatch(name)
    media_type = _TYPES.get(match[1]) if match else None
    path = folder / name
    if media_type is None or not path.is_file():
        return None
    status = path.stat()
    return Picture(path.read_bytes(), media_type, f'"{status.st_mtime_ns:x}-{status.st_size:x}"')
