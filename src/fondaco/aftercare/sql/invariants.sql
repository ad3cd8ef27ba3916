-- name: open_cases_hold_their_order
-- I6: an order is held for exactly the returns and disputes of it that are open.
select id, sum(n) as excess
from (
    select id, -open_cases::bigint as n from orders.orders where open_cases <> 0
    union all
    select "order", 1 from aftercare.return where closed_at is null
    union all
    select "order", 1 from aftercare.dispute where closed_at is null
) both_sides
group by id having sum(n) <> 0

-- name: held_orders_do_not_settle
-- I6: no order is confirmed or settled while a return or dispute of it is open.
select c.bucket, c.id, c."order", t.dst
from (
    select bucket, id, "order", requested_at as since, closed_at from aftercare.return
    union all
    select bucket, id, "order", opened_at, closed_at from aftercare.dispute
) c
join kernel.transition t on t.bucket = c.bucket and t.entity = c."order"
    and t.machine = 'order' and t.dst in ('confirmed', 'settled')
where t.at > c.since and t.at < coalesce(c.closed_at, 'infinity')

-- name: returned_units_were_bought
-- I8: what came back and what is to come back of a line is no more than was bought, and units that
-- were accepted are among those refunded.
select l.bucket, l."order", l.no, l.quantity, l.refunded_units, r.accepted, r.coming
from orders.line l
join (
    select r.bucket, r."order", l.line, sum(l.accepted) as accepted,
        sum(case when r.closed_at is null then l.units else 0 end) as coming
    from aftercare.return r
    join aftercare.return_line l
        on l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id
    group by r.bucket, r."order", l.line
) r on r.bucket = l.bucket and r."order" = l."order" and r.line = l.no
where r.accepted + r.coming > l.quantity or r.accepted > l.refunded_units

-- name: kept_is_what_inspections_deducted
-- I8: what a seller keeps of units that came back is no more than their inspections deducted.
select "order", line, sum(amount) as excess
from (
    select "order", no as line, kept as amount from orders.line where kept > 0
    union all
    select r."order", l.line, -l.deduction
    from aftercare.return_line l
    join aftercare.return r on r.bucket = l.bucket and r.purchase = l.purchase and r.id = l.return
    where l.deduction > 0
) both_sides
group by "order", line having sum(amount) > 0

-- name: refund_is_what_inspection_said
-- I8, I9: what an inspection gave back is posted once, in full, by the command that it was; with
-- what of it had gone back before, the lines have theirs, and the rest is the delivery charge of an
-- order that came back whole.
select r.bucket, r.id, r.refunded, l.refunded as lines, coalesce(p.posted, 0) as posted
from aftercare.return r
join (
    select bucket, purchase, return, sum(refunded) as refunded, sum(accepted) as accepted
    from aftercare.return_line group by bucket, purchase, return
) l on l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id
left join (
    select j.cause,
        sum(case when p.credit = 'refund_in_flight' then p.amount else 0 end) as posted,
        sum(case when p.credit = 'payment_difference' then p.amount else 0 end) as before
    from ledger.journal j
    join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.kind = 'refund' and p.debit <> 'payment_difference'
    group by j.cause
) p on p.cause = r.settled_by
where r.refunded <> coalesce(p.posted, 0)
    or r.refunded + coalesce(p.before, 0) < l.refunded
    or r.refunded + coalesce(p.before, 0) > l.refunded and not r.shipping_back
    or l.accepted > 0 and r.state <> 'inspected'

-- name: ruling_is_what_went_back
-- I8, I9: what a dispute gave back is posted once, in full, by the command that decided it; it is
-- no more than was disputed, and out of goodwill where the operator bears it.
select d.bucket, d.id, d.refunded, coalesce(p.posted, 0) as posted
from aftercare.dispute d
left join (
    select j.cause, sum(p.amount) as posted, bool_or(p.debit = 'goodwill') as given
    from ledger.journal j
    join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.kind = 'refund' and p.credit = 'refund_in_flight'
        and p.debit <> 'payment_difference'
    group by j.cause
) p on p.cause = d.settled_by
where d.refunded <> coalesce(p.posted, 0) or d.refunded > d.amount
    or d.refunded > 0 and d.at_operators_cost <> p.given

-- name: disputed_money_is_held
-- I22: what is held of sellers for an order is what its open disputes and chargebacks hold, and
-- nothing once they are closed.
select "order", currency, sum(amount) as excess
from (
    select "order", held_currency as currency, held as amount
    from aftercare.dispute where closed_at is null
    union all
    select p."order", c.currency, p.held
    from orders.chargeback_part p
    join orders.chargeback c
        on c.bucket = p.bucket and c.purchase = p.purchase and c.id = p.chargeback
    where c.state = 'open'
    union all
    select subject, currency, -amount from ledger.balance where account = 'dispute_hold'
) both_sides
group by "order", currency having sum(amount) <> 0

-- name: dispute_steps_lead_to_state
-- I21: every dispute got to its state by one unbroken chain of steps.
select bucket, id, count(*) - 1 as steps
from (
    select bucket, id, hashtext('open')::bigint - hashtext(state) as n from aftercare.dispute
    union all
    select bucket, entity, hashtext(dst)::bigint - hashtext(src)
    from kernel.transition where machine = 'dispute'
) entered_and_left
group by bucket, id having sum(n) <> 0

-- name: dispute_steps_are_legal
-- I21: disputes take only legal steps, each by an actor who may.
select bucket, entity, src, dst, actor from kernel.transition
where machine = 'dispute' and (src, dst, actor) not in (
    ('open', 'answered', 'seller'),
    ('open', 'answered', 'operator'),
    ('open', 'ruled', 'seller'),
    ('open', 'ruled', 'operator'),
    ('open', 'ruled', 'system'),
    ('open', 'closed', 'buyer'),
    ('open', 'closed', 'operator'),
    ('answered', 'under_review', 'buyer'),
    ('answered', 'under_review', 'operator'),
    ('answered', 'ruled', 'operator'),
    ('answered', 'closed', 'buyer'),
    ('answered', 'closed', 'operator'),
    ('answered', 'closed', 'system'),
    ('under_review', 'ruled', 'operator'),
    ('under_review', 'closed', 'buyer'),
    ('under_review', 'closed', 'operator'))

-- name: return_steps_lead_to_state
-- I21: every return got to its state by one unbroken chain of steps.
select bucket, id, count(*) - 1 as steps
from (
    select bucket, id, hashtext('requested')::bigint - hashtext(state) as n from aftercare.return
    union all
    select bucket, entity, hashtext(dst)::bigint - hashtext(src)
    from kernel.transition where machine = 'return'
) entered_and_left
group by bucket, id having sum(n) <> 0

-- name: return_steps_are_legal
-- I21: returns take only legal steps, each by an actor who may.
select bucket, entity, src, dst, actor from kernel.transition
where machine = 'return' and (src, dst, actor) not in (
    ('requested', 'approved', 'seller'),
    ('requested', 'approved', 'operator'),
    ('requested', 'approved', 'system'),
    ('requested', 'declined', 'seller'),
    ('requested', 'declined', 'operator'),
    ('requested', 'closed', 'buyer'),
    ('requested', 'closed', 'operator'),
    ('approved', 'shipped', 'buyer'),
    ('approved', 'shipped', 'operator'),
    ('approved', 'received', 'seller'),
    ('approved', 'received', 'operator'),
    ('approved', 'closed', 'buyer'),
    ('approved', 'closed', 'operator'),
    ('approved', 'closed', 'system'),
    ('shipped', 'received', 'seller'),
    ('shipped', 'received', 'operator'),
    ('shipped', 'received', 'system'),
    ('received', 'inspected', 'seller'),
    ('received', 'inspected', 'operator'),
    ('received', 'inspected', 'system'))
