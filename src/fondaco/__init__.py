"""Fondaco: a marketplace under one roof.

Many sellers trade with many buyers who need not trust each other: the buyer's money waits in
escrow, an order is split over its sellers, parcels move, money is released, settled and paid out,
and the books balance to the cent at any instant.

Every write is a command over a batch, run by a handful of SQL statements in one transaction; one
order is a batch of one. Each domain is a package imported by its face, `from fondaco import stock`,
and may call only those below it; news travels up as events.
"""

__version__ = "0.1.0"
