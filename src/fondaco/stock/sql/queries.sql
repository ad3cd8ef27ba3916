-- name: known_locations
-- Locations of these sellers, or with these ids.
select id, seller, name, priority from stock.location
where seller = any(:sellers::bigint[]) or id = any(:ids::bigint[])

-- name: insert_locations
-- Add locations.
insert into stock.location
select l.* from json_populate_recordset(null::stock.location, :rows) as l

-- name: insert_moves
-- Move units, summed per level; a level is made with its first units.
with moved as (
    select * from json_to_recordset(:rows)
        as m (id bigint, offer bigint, location bigint, priority smallint, quantity bigint,
              reason text, cause bigint, at timestamptz)
), kept as (
    insert into stock.move (bucket, id, offer, location, quantity, reason, cause, at)
    select :bucket, id, offer, location, quantity, reason, cause, at from moved
), fall as (
    update stock.level l set on_hand = l.on_hand + total.n
    from (select offer, location, sum(quantity)::bigint as n from moved
          group by offer, location having sum(quantity) < 0) total
    where l.bucket = :bucket and l.offer = any(:offers::bigint[])
        and l.offer = total.offer and l.location = total.location
)
insert into stock.level (bucket, offer, location, priority, on_hand)
select :bucket, offer, location, min(priority), sum(quantity)::bigint from moved
group by offer, location having sum(quantity) > 0 order by offer, location
on conflict (bucket, offer, location) do update set on_hand = level.on_hand + excluded.on_hand

-- name: read_levels
-- The levels of offers, in key order.
select offer, location, priority, on_hand, reserved from stock.level
where bucket = :bucket and offer = any(:offers::bigint[])
order by bucket, offer, location

-- name: lock_levels
-- Lock the levels of offers in key order; what is there.
select offer, location, priority, on_hand, reserved from stock.level
where bucket = :bucket and offer = any(:offers::bigint[])
order by bucket, offer, location for update

-- name: reserve
-- Promise units: levels by pre-summed numbers, one reservation per line and location. Levels are
-- locked in key order before they change; what is left counts as it is then.
with total as (
    select * from json_to_recordset(:sums) as s (offer bigint, location bigint, n bigint)
), locked as materialized (
    select offer, location from stock.level
    where bucket = :bucket and offer = any(:offers::bigint[])
    order by bucket, offer, location for update
), changed as (
    update stock.level l set reserved = l.reserved + total.n
    from total join locked using (offer, location)
    where l.bucket = :bucket and l.offer = any(:offers::bigint[])
        and l.offer = total.offer and l.location = total.location
        and l.on_hand - l.reserved >= total.n
    returning 1
), held as (
    insert into stock.reservation (bucket, "order", line, location, offer, quantity)
    select :bucket, t."order", t.line, t.location, t.offer, t.quantity
    from json_to_recordset(:takes)
        as t ("order" bigint, line smallint, location bigint, offer bigint, quantity bigint)
)
select count(*) as changed from changed

-- name: lock_reservations
-- Lock levels in key order, which guard their reservations; what is promised still.
with shelf as materialized (
    select 1 from stock.level
    where bucket = :bucket and offer = any(:offers::bigint[])
    order by bucket, offer, location for update
)
select "order", line, location, quantity - consumed - released as active
from stock.reservation
where bucket = :bucket and "order" = any(:orders::bigint[]) and (select count(*) from shelf) > 0
order by bucket, "order", line, location

-- name: release
-- Free promised units.
with freed as (
    update stock.reservation r set released = r.released + t.quantity
    from json_to_recordset(:takes)
        as t ("order" bigint, line smallint, location bigint, quantity bigint)
    where r.bucket = :bucket and r."order" = any(:orders::bigint[])
        and r."order" = t."order" and r.line = t.line and r.location = t.location
)
update stock.level l set reserved = l.reserved - total.n
from json_to_recordset(:sums) as total (offer bigint, location bigint, n bigint)
where l.bucket = :bucket and l.offer = any(:offers::bigint[])
    and l.offer = total.offer and l.location = total.location

-- name: consume
-- Let promised units leave, and keep why.
with left_shelf as (
    update stock.reservation r set consumed = r.consumed + t.quantity
    from json_to_recordset(:takes)
        as t ("order" bigint, line smallint, location bigint, quantity bigint)
    where r.bucket = :bucket and r."order" = any(:orders::bigint[])
        and r."order" = t."order" and r.line = t.line and r.location = t.location
), kept as (
    insert into stock.move (bucket, id, offer, location, quantity, reason, cause, at)
    select :bucket, m.id, m.offer, m.location, -m.quantity, 'shipped', m.cause, m.at
    from json_to_recordset(:moves)
        as m (id bigint, offer bigint, location bigint, quantity bigint, cause bigint,
              at timestamptz)
)
update stock.level l set reserved = l.reserved - total.n, on_hand = l.on_hand - total.n
from json_to_recordset(:sums) as total (offer bigint, location bigint, n bigint)
where l.bucket = :bucket and l.offer = any(:offers::bigint[])
    and l.offer = total.offer and l.location = total.location

-- name: levels
-- Levels of offers.
select offer, location, on_hand, reserved from stock.level
where bucket = any(:buckets::smallint[]) and offer = any(:offers::bigint[])
order by offer, priority, location

-- name: locations
-- A seller's locations.
select id, name, priority from stock.location where seller = :seller order by priority, id

-- name: totals
-- Units on hand and reserved, over everything.
select coalesce(sum(on_hand), 0)::bigint as on_hand, coalesce(sum(reserved), 0)::bigint as reserved
from stock.level
