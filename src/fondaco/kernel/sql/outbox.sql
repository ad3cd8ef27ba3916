-- name: add_subscriptions
-- A position for each new subscriber.
insert into kernel.subscription (name, bucket)
select name, :bucket from unnest(:names::text[]) as name order by name
on conflict do nothing

-- name: try_subscription
-- Whether nobody else serves a subscriber now; then nobody will until this transaction ends. Not by
-- a row's lock: that gives the transaction an id, below which all readers would have to stay for as
-- long as this one's work takes.
select pg_try_advisory_xact_lock(hashtextextended('subscription ' || :name::text, :bucket)) as mine

-- name: position
-- Where a subscriber stands.
select xid::text as xid, id from kernel.subscription where name = :name and bucket = :bucket

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

-- name: latest_event
-- The transaction of the latest event.
select coalesce(max(xid), '0')::text as xid from (
    select (select o.xid from kernel.outbox o where o.bucket = s.bucket
            order by o.bucket desc, o.xid desc, o.id desc limit 1) as xid
    from (select distinct bucket from kernel.subscription) s
) latest

-- name: unread_events
-- Whether anything up to a transaction is unread by a subscriber.
select 1 from kernel.subscription s
join kernel.outbox o on o.bucket = s.bucket and (o.xid, o.id) > (s.xid, s.id)
where s.name = :name and o.xid <= :upto::text::xid8 limit 1

-- name: move_subscription
-- Note how far a subscriber has read.
update kernel.subscription set xid = :xid::text::xid8, id = :id
where name = :name and bucket = :bucket

-- name: prunable
-- How far events may go: as far as each of these subscribers has read, within the first page. Nothing when
-- all of that is too young.
select xid::text as xid, id
from (
    select xid, id, at from kernel.outbox
    where bucket = :bucket order by bucket, xid, id limit :limit
) page
where at < :before and (page.xid, page.id) <= all (
    select s.xid, s.id from kernel.subscription s
    where s.name = any(:names::text[]) and s.bucket = :bucket
)
order by page.xid desc, page.id desc limit 1

-- name: prune
-- Delete old events up to one.
delete from kernel.outbox
where bucket = :bucket and (xid, id) <= (:xid::text::xid8, :id) and at < :before
returning 1
