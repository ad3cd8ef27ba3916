"""Faults planted in who takes part, and in who is paid; see tests/planted.py."""

from typing import Final

PEOPLE: Final = (
    (
        "parties",
        {
            "suspended_sellers_have_a_reason": [
                "update parties.organisation set state = 'active' where state = 'suspended'",
                "delete from parties.suspension",
                "update parties.suspension set lifted_at = now(), lifted_by = 'x'",
            ],
            "erased_people_open_no_door": [
                "update parties.person set name = 'Ada' where erased_at is not null",
                "update parties.person set reference = 'Ada' where erased_at is not null",
                "update parties.api_key set revoked_at = null",
                "insert into parties.member select o.bucket, o.id, p.id, 'owner', now()"
                " from parties.organisation o, parties.person p"
                " where p.erased_at is not null limit 1",
            ],
        },
    ),
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
