-- name: publish
-- Write facts, ordered for readers by this transaction's id.
insert into kernel.outbox (bucket, id, topic, root, payload, at)
select :bucket, e.id, e.topic, e.root, e.payload, e.at
from json_to_recordset(:events)
    as e (id bigint, topic text, root bigint, payload json, at timestamptz)

-- name: add_subscriptions
-- A position for each new subscriber.
insert into kernel.subscription (name, bucket)
select name, :bucket from unnest(:names::text[]) as name order by name
on conflict do nothing

-- name: lock_subscription
-- Where a subscriber stands; nothing when another process serves it now.
select xid::text as xid, id from kernel.subscription
where name = :name and bucket = :bucket for update skip locked

-- name: next_events
-- The next page, below the oldest transaction still running: the events on these topics, and
-- the last of the page, which says how far it reaches.
select xid::text as xid, id, topic, root, payload, at, passed
from (
    select *, row_number() over (order by xid, id) as place, count(*) over () as passed
    from (
        select xid, id, topic, root, payload, at from kernel.outbox
        where bucket = :bucket and (xid, id) > (:xid::text::xid8, :id)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by bucket, xid, id limit :limit
    ) page
) numbered
where topic = any(:topics::text[]) or place = passed
order by numbered.xid, numbered.id

-- name: move_subscription
-- Note how far a subscriber has read.
update kernel.subscription set xid = :xid::text::xid8, id = :id
where name = :name and bucket = :bucket

-- name: prune
-- Delete events that every subscriber has had.
with done as (
    select o.xid, o.id from kernel.outbox o
    where o.bucket = :bucket and o.at < :before and not exists (
        select from kernel.subscription s
        where s.bucket = :bucket and (s.xid, s.id) < (o.xid, o.id)
    )
    order by o.bucket, o.xid, o.id limit :limit
)
delete from kernel.outbox o using done
where o.bucket = :bucket and o.xid = done.xid and o.id = done.id
returning 1

-- name: note_steps
-- Keep the steps of state machines.
insert into kernel.transition (bucket, entity, dst, src, machine, actor, cause, at)
select :bucket, s.entity, s.dst, s.src, s.machine, s.actor, s.cause, s.at
from json_to_recordset(:steps)
    as s (entity bigint, dst text, src text, machine text, actor text, cause bigint,
          at timestamptz)
