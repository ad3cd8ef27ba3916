"""Memory: search for garbage cycles seldom, where nearly everything dies by itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Leave what is there unsearched, and search the rest a hundred times less often.

    Batches make many small objects and hardly a cycle; each full search walks all that waits.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
