"""Faults planted in screening; see tests/planted.py."""

from typing import Final

SCREENING: Final = (
    (
        "risk",
        {
            "hits_name_known_versions": [
                "update risk.hit set version = 'another'",
                "delete from risk.list",
            ],
            "screened_with_known_lists": ["update risk.screening set generation = generation + 1"],
            "listed_names_are_those_counted": [
                "delete from risk.listed",
                "insert into risk.listed values ('unknown', '1', 1, 'Nobody', '\\x00')",
                "update risk.list set names = names + 1",
            ],
        },
    ),
    (
        "payments",
        {
            "nobody_listed_is_paid": [
                "update payments.payout p set created_at = h.blocked_since + interval '1 second'"
                " from risk.hit h where p.seller = h.party",
                "update risk.hit set blocked_since = blocked_since - interval '1 hour'",
            ],
        },
    ),
)
