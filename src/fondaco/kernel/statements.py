"""The kernel's own SQL statements."""

from fondaco.kernel.sql import load

sql = load("fondaco.kernel")
