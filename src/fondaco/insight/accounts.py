"""Accounts whose history can be told of one subject."""

from typing import Final

TOLD: Final = (
    "payable", "reserve", "receivable", "bond", "wallet", "gift_card", "goodwill", "escrow",
    "commission", "vat_payable", "tax_payable", "promo",
)  # fmt: skip
"""Moved by journals of their subject, or of its purchase, alone: so what is read there is all."""
