"""Replay: real trades from files, run through the very same commands as live ones.

Owns no tables. Promises that the figures come out of the database and not out of the files, and
that a row which cannot be read is told by file and line.
"""

from fondaco.replay import olist, retail

__all__ = ["olist", "retail"]
