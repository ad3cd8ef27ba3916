-- name: known_commands
-- Which of these keys have been used, with what they answered.
select principal, key, fingerprint, outcome from kernel.command
where bucket = :bucket and key = any(:keys::text[])

-- name: note_commands
-- Keep each new key with its request's fingerprint and its outcome.
insert into kernel.command
    (bucket, id, principal, key, name, fingerprint, accepted, outcome, at)
select :bucket, n.id, n.principal, n.key, :name, decode(n.fingerprint, 'hex'), n.accepted,
    n.outcome, n.at
from json_to_recordset(:rows)
    as n (id bigint, principal text, key text, fingerprint text, accepted boolean, outcome json,
          at timestamptz)
