-- name: orders_of_disputes
-- Which orders disputes are of, before those are locked.
select id, "order" from aftercare.dispute where bucket = :bucket and id = any(:ids::bigint[])

-- name: disputes
-- Disputes of locked purchases. Whoever changes one has locked its order.
select d.id, d."order", d.seller, d.buyer, d.currency, d.kind, d.return as rma, d.amount, d.held,
    d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded, d.at_operators_cost, d.ruling,
    d.settled_by, d.closed_at
from aftercare.dispute d
where d.bucket = :bucket and d.purchase = any(:purchases::bigint[])

-- name: declined_returns
-- Returns of locked purchases that were declined.
select r.id, r."order" from aftercare.return r
where r.bucket = :bucket and r.purchase = any(:purchases::bigint[]) and r.state = 'declined'

-- name: write_disputes
-- Write new disputes, what became of old ones, and what was said.
with written as (
    insert into aftercare.dispute (bucket, purchase, id, "order", seller, buyer, currency, kind,
        return, amount, held, held_currency, state, reply_days, due_at, opened_at, refunded, at_operators_cost,
        ruling, settled_by, closed_at)
    select :bucket, d."order" >> 6 << 6, d.id, d."order", d.seller, d.buyer, d.currency, d.kind,
        d.rma, d.amount, d.held, d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded,
        d.at_operators_cost, d.ruling, d.settled_by, d.closed_at
    from json_to_recordset(:rows)
        as d (id bigint, "order" bigint, seller bigint, buyer bigint, currency text, kind text,
              rma bigint, amount bigint, held bigint, held_currency text, state text, reply_days smallint,
              due_at timestamptz, opened_at timestamptz, refunded bigint,
              at_operators_cost boolean, ruling text, settled_by bigint, closed_at timestamptz)
    on conflict (bucket, purchase, id)
        do update set state = excluded.state, due_at = excluded.due_at,
            refunded = excluded.refunded, at_operators_cost = excluded.at_operators_cost,
            ruling = excluded.ruling, settled_by = excluded.settled_by,
            closed_at = excluded.closed_at
)
insert into aftercare.evidence (bucket, purchase, dispute, id, party, text, files, at)
select :bucket, e."order" >> 6 << 6, e.dispute, e.id, e.party, e.text, e.files, e.at
from json_to_recordset(:evidence)
    as e ("order" bigint, dispute bigint, id bigint, party text, text text, files jsonb,
          at timestamptz)

-- name: one_dispute
-- One dispute.
select d.id, d."order", d.seller, d.buyer, d.currency, d.kind, d.return as rma, d.amount, d.held,
    d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded, d.at_operators_cost, d.ruling,
    d.settled_by, d.closed_at
from aftercare.dispute d
where d.bucket = :bucket and d.id = :id

-- name: said_so_far
-- How often each party has said something in disputes.
select dispute, party, count(*)::int as times from aftercare.evidence
where bucket = :bucket and purchase = any(:purchases::bigint[])
    and dispute = any(:disputes::bigint[])
group by dispute, party

-- name: evidence_of
-- What was said and shown in a dispute, oldest first.
select id, party, text, files::text as files, at from aftercare.evidence
where bucket = :bucket and purchase = :purchase and dispute = :dispute order by id

-- name: disputes_of_seller
-- A seller's disputes, latest first.
select d.id, d."order", d.seller, d.buyer, d.currency, d.kind, d.return as rma, d.amount, d.held,
    d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded, d.at_operators_cost, d.ruling,
    d.settled_by, d.closed_at
from aftercare.dispute d
where d.seller = :seller and d.id < :before order by d.seller desc, d.id desc limit :limit

-- name: disputes_of_buyer
-- A buyer's disputes, latest first.
select d.id, d."order", d.seller, d.buyer, d.currency, d.kind, d.return as rma, d.amount, d.held,
    d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded, d.at_operators_cost, d.ruling,
    d.settled_by, d.closed_at
from aftercare.dispute d
where d.buyer = :buyer and d.id < :before order by d.buyer desc, d.id desc limit :limit

-- name: open_disputes
-- Everybody's open disputes, latest first.
select d.id, d."order", d.seller, d.buyer, d.currency, d.kind, d.return as rma, d.amount, d.held,
    d.held_currency, d.state, d.reply_days, d.due_at, d.opened_at, d.refunded, d.at_operators_cost, d.ruling,
    d.settled_by, d.closed_at
from aftercare.dispute d
where d.closed_at is null and d.id < :before order by d.id desc limit :limit

-- name: due_disputes
-- Disputes whose deadline has passed.
select id, state from aftercare.dispute
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: postpone_disputes
-- Try what broke again later, after all else that is due.
update aftercare.dispute set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and due_at <= :now

-- name: erase_disputes
-- Forget what was ruled in disputes of purchases, which may name somebody.
update aftercare.dispute set ruling = case when ruling = '' then '' else :words end
where bucket = any(:buckets::smallint[]) and purchase = any(:purchases::bigint[])

-- name: erase_evidence
-- Forget what was said and shown in disputes of purchases.
update aftercare.evidence set text = :words, files = '[]'
where bucket = any(:buckets::smallint[]) and purchase = any(:purchases::bigint[])
