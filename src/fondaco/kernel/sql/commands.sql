-- name: known_commands
-- Which of these keys have been used, with what they answered.
select c.principal, c.key, c.fingerprint, c.outcome
from unnest(:principals::text[], :keys::text[]) as asked (principal, key)
join kernel.command c
    on c.bucket = :bucket and c.principal = asked.principal and c.key = asked.key

-- name: note_commands
-- Keep each new key with its request's fingerprint and its outcome.
insert into kernel.command
    (bucket, id, principal, key, name, fingerprint, accepted, outcome, at)
select :bucket, n.id, n.principal, n.key, :name, n.fingerprint, n.accepted, n.outcome, n.at
from unnest(:ids::bigint[], :principals::text[], :keys::text[], :prints::bytea[],
            :accepted::bool[], :outcomes::json[], :at::timestamptz[])
    as n (id, principal, key, fingerprint, accepted, outcome, at)
