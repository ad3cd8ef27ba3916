-- name: known_commands
-- Which of these keys have been used, with what they answered.
select principal, key, fingerprint, outcome from kernel.command
where bucket = :bucket and key = any(:keys::text[])

-- name: keep
-- Keep what a batch decided: each new key with its request's fingerprint and its outcome, the
-- steps that state machines took, and the facts for subscribers.
with decided as (
    insert into kernel.command
        (bucket, id, principal, key, name, fingerprint, accepted, outcome, at)
    select :bucket, c.id, c.principal, c.key, c.name, decode(c.fingerprint, 'hex'), c.accepted,
        c.outcome, c.at
    from json_to_recordset(:commands)
        as c (id bigint, principal text, key text, name text, fingerprint text,
              accepted boolean, outcome json, at timestamptz)
), stepped as (
    insert into kernel.transition (bucket, entity, dst, src, machine, actor, cause, at)
    select :bucket, s.entity, s.dst, s.src, s.machine, s.actor, s.cause, s.at
    from json_to_recordset(:steps)
        as s (entity bigint, dst text, src text, machine text, actor text, cause bigint,
              at timestamptz)
)
insert into kernel.outbox (bucket, id, topic, root, payload, at)
select :bucket, e.id, e.topic, e.root, e.payload, e.at
from json_to_recordset(:events)
    as e (id bigint, topic text, root bigint, payload json, at timestamptz)
