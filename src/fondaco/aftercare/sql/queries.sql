-- name: orders_of_returns
-- Which orders returns are of, before those are locked.
select id, "order" from aftercare.return where bucket = :bucket and id = any(:ids::bigint[])

-- name: returns
-- Returns of locked purchases with their lines. Whoever changes one has locked its order.
select r.id, r."order", r.seller, r.buyer, r.currency, r.reason, r.note, r.state, r.send_days,
    r.transit_days, r.inspect_days, r.shipping_back, r.due_at, r.requested_at, r.decision,
    r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at,
    (select json_agg(json_build_object('line', l.line, 'units', l.units, 'accepted', l.accepted,
            'deduction', l.deduction, 'restocked', l.restocked, 'refunded', l.refunded,
            'note', l.note) order by l.line)
     from aftercare.return_line l
     where l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id) as lines
from aftercare.return r
where r.bucket = :bucket and r.purchase = any(:purchases::bigint[])

-- name: arrived_at
-- When orders arrived, or were said to have.
select entity, min(at) as at from kernel.transition
where bucket = :bucket and entity = any(:orders::bigint[]) and dst in ('delivered', 'confirmed')
group by entity

-- name: write_returns
-- Write new returns with their lines, and what became of old ones.
with written as (
    insert into aftercare.return (bucket, purchase, id, "order", seller, buyer, currency, reason,
        note, state, send_days, transit_days, inspect_days, shipping_back, due_at, requested_at,
        decision, carrier, tracking, refunded, settled_by, closed_at)
    select :bucket, r."order" >> 6 << 6, r.id, r."order", r.seller, r.buyer, r.currency, r.reason,
        r.note, r.state, r.send_days, r.transit_days, r.inspect_days, r.shipping_back, r.due_at,
        r.requested_at, r.decision, r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at
    from json_to_recordset(:rows)
        as r (id bigint, "order" bigint, seller bigint, buyer bigint, currency text, reason text,
              note text, state text, send_days smallint, transit_days smallint,
              inspect_days smallint, shipping_back boolean, due_at timestamptz,
              requested_at timestamptz, decision text, carrier text, tracking text,
              refunded bigint, settled_by bigint, closed_at timestamptz)
    on conflict (bucket, purchase, id)
        do update set state = excluded.state, due_at = excluded.due_at,
            decision = excluded.decision, carrier = excluded.carrier,
            tracking = excluded.tracking, refunded = excluded.refunded,
            settled_by = excluded.settled_by, closed_at = excluded.closed_at
)
insert into aftercare.return_line (bucket, purchase, return, line, units, accepted, deduction,
    restocked, refunded, note)
select :bucket, l."order" >> 6 << 6, l.return, l.line, l.units, l.accepted, l.deduction,
    l.restocked, l.refunded, l.note
from json_to_recordset(:lines)
    as l ("order" bigint, return bigint, line smallint, units bigint, accepted bigint,
          deduction bigint, restocked bigint, refunded bigint, note text)
on conflict (bucket, purchase, return, line)
    do update set accepted = excluded.accepted, deduction = excluded.deduction,
        restocked = excluded.restocked, refunded = excluded.refunded, note = excluded.note

-- name: one_return
-- One return.
select r.id, r."order", r.seller, r.buyer, r.currency, r.reason, r.note, r.state, r.send_days,
    r.transit_days, r.inspect_days, r.shipping_back, r.due_at, r.requested_at, r.decision,
    r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at,
    (select json_agg(json_build_object('line', l.line, 'units', l.units, 'accepted', l.accepted,
            'deduction', l.deduction, 'restocked', l.restocked, 'refunded', l.refunded,
            'note', l.note) order by l.line)
     from aftercare.return_line l
     where l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id) as lines
from aftercare.return r
where r.bucket = :bucket and r.id = :id

-- name: returns_of_order
-- Returns of an order, latest first.
select r.id, r."order", r.seller, r.buyer, r.currency, r.reason, r.note, r.state, r.send_days,
    r.transit_days, r.inspect_days, r.shipping_back, r.due_at, r.requested_at, r.decision,
    r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at,
    (select json_agg(json_build_object('line', l.line, 'units', l.units, 'accepted', l.accepted,
            'deduction', l.deduction, 'restocked', l.restocked, 'refunded', l.refunded,
            'note', l.note) order by l.line)
     from aftercare.return_line l
     where l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id) as lines
from aftercare.return r
where r.bucket = :bucket and r."order" = :order order by r.id desc

-- name: returns_of_seller
-- A seller's returns, latest first.
select r.id, r."order", r.seller, r.buyer, r.currency, r.reason, r.note, r.state, r.send_days,
    r.transit_days, r.inspect_days, r.shipping_back, r.due_at, r.requested_at, r.decision,
    r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at,
    (select json_agg(json_build_object('line', l.line, 'units', l.units, 'accepted', l.accepted,
            'deduction', l.deduction, 'restocked', l.restocked, 'refunded', l.refunded,
            'note', l.note) order by l.line)
     from aftercare.return_line l
     where l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id) as lines
from aftercare.return r
where r.seller = :seller and r.id < :before order by r.seller desc, r.id desc limit :limit

-- name: returns_of_buyer
-- A buyer's returns, latest first.
select r.id, r."order", r.seller, r.buyer, r.currency, r.reason, r.note, r.state, r.send_days,
    r.transit_days, r.inspect_days, r.shipping_back, r.due_at, r.requested_at, r.decision,
    r.carrier, r.tracking, r.refunded, r.settled_by, r.closed_at,
    (select json_agg(json_build_object('line', l.line, 'units', l.units, 'accepted', l.accepted,
            'deduction', l.deduction, 'restocked', l.restocked, 'refunded', l.refunded,
            'note', l.note) order by l.line)
     from aftercare.return_line l
     where l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id) as lines
from aftercare.return r
where r.buyer = :buyer and r.id < :before order by r.buyer desc, r.id desc limit :limit

-- name: due_returns
-- Returns whose deadline has passed.
select id, state from aftercare.return
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: postpone_returns
-- Try what broke again later, after all else that is due.
update aftercare.return set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and due_at <= :now

-- name: policies
-- Terms of markets, where they are set.
select p.* from aftercare.policy p where p.market = any(:markets::bigint[])

-- name: set_policies
-- Set terms of markets.
insert into aftercare.policy (market, window_days, decide_days, send_days, transit_days,
    inspect_days, shipping_back, dispute_days, answer_days, reply_days, set_at)
select p.market, p.window_days, p.decide_days, p.send_days, p.transit_days, p.inspect_days,
    p.shipping_back, p.dispute_days, p.answer_days, p.reply_days, p.set_at
from json_to_recordset(:rows)
    as p (market bigint, window_days smallint, decide_days smallint, send_days smallint,
          transit_days smallint, inspect_days smallint, shipping_back boolean,
          dispute_days smallint, answer_days smallint, reply_days smallint, set_at timestamptz)
on conflict (market)
    do update set window_days = excluded.window_days, decide_days = excluded.decide_days,
        send_days = excluded.send_days, transit_days = excluded.transit_days,
        inspect_days = excluded.inspect_days, shipping_back = excluded.shipping_back,
        dispute_days = excluded.dispute_days, answer_days = excluded.answer_days,
        reply_days = excluded.reply_days, set_at = excluded.set_at

-- name: erase_returns
-- Forget what was written about returns of purchases, and how they were sent.
update aftercare.return
set note = case when note = '' then '' else :words end, carrier = '', tracking = '',
    decision = case when decision = '' then '' else :words end
where bucket = any(:buckets::smallint[]) and purchase = any(:purchases::bigint[])

-- name: erase_return_lines
-- Forget what was written about what came back.
update aftercare.return_line set note = case when note = '' then '' else :words end
where bucket = any(:buckets::smallint[]) and purchase = any(:purchases::bigint[])
