"""Shipping: parcels on their way, and what carriers say of them.

Owns the schema `shipping`. Promises that every event is kept, that a late or repeated one never
moves a parcel back, and that a parcel nobody scans is noticed. Publishes nothing: orders do.
"""

from fondaco.shipping.model import Parcel, ParcelEvent, Scan
from fondaco.shipping.queries import INVARIANTS, claim_silent, contents_of, parcels_of
from fondaco.shipping.yard import Yard, lock_yard

__all__ = [
    "INVARIANTS",
    "Parcel",
    "ParcelEvent",
    "Scan",
    "Yard",
    "claim_silent",
    "contents_of",
    "lock_yard",
    "parcels_of",
]
