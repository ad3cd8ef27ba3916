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
