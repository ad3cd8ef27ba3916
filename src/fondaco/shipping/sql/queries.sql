-- name: lock_parcels
-- Lock parcels in key order.
select id, "order", carrier, tracking, state from shipping.parcel
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: insert_parcels
-- Write new parcels as they stand at the end of their batch.
insert into shipping.parcel (bucket, id, "order", carrier, tracking, state, due_at, created_at)
select :bucket, p.id, p."order", p.carrier, p.tracking, p.state, p.due_at, p.at
from json_to_recordset(:rows)
    as p (id bigint, "order" bigint, carrier text, tracking text, state text,
          due_at timestamptz, at timestamptz)

-- name: insert_contents
-- Say what is in parcels of orders that leave in parts.
insert into shipping.content (bucket, parcel, line, units)
select :bucket, c.parcel, c.line, c.units
from json_to_recordset(:rows) as c (parcel bigint, line smallint, units bigint)

-- name: parcel_states
-- How the parcels of orders stand.
select id, "order", state from shipping.parcel
where bucket = :bucket and "order" = any(:orders::bigint[])

-- name: note_events
-- Keep events, and move the parcels they move.
with moved as (
    update shipping.parcel p set state = c.state, due_at = c.due_at
    from json_to_recordset(:changes) as c (id bigint, state text, due_at timestamptz)
    where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = c.id
)
insert into shipping.event (bucket, parcel, id, kind, place, at)
select :bucket, e.parcel, e.id, e.kind, e.place, e.at
from json_to_recordset(:events)
    as e (parcel bigint, id bigint, kind text, place text, at timestamptz)

-- name: parcels_of
-- Parcels of an order with their events.
select p.id, p.carrier, p.tracking, p.state, p.created_at, e.kind, e.place, e.at
from shipping.parcel p
left join shipping.event e on e.bucket = p.bucket and e.parcel = p.id
where p.bucket = :bucket and p."order" = :order
order by p.id, e.at, e.id

-- name: contents_of
-- What is in parcels of an order that leaves in parts.
select parcel, line, units from shipping.content
where bucket = :bucket and parcel = any(:parcels::bigint[])
order by parcel, line

-- name: silent_parcels
-- Parcels under way that have not been heard of in time.
select id from shipping.parcel
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: postpone_parcels
-- Look at these again later, after all else that is due.
update shipping.parcel set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and due_at <= :now
