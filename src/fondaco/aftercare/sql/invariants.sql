-- name: open_returns_hold_their_order
-- I6: an order is held for exactly the returns of it that are open.
select id, sum(n) as excess
from (
    select id, -open_cases::bigint as n from orders.orders where open_cases <> 0
    union all
    select "order", 1 from aftercare.return where closed_at is null
) both_sides
group by id having sum(n) <> 0

-- name: held_orders_do_not_settle
-- I6: no order is confirmed or settled while a return of it is open.
select r.bucket, r.id, r."order", t.dst
from aftercare.return r
join kernel.transition t on t.bucket = r.bucket and t.entity = r."order"
    and t.machine = 'order' and t.dst in ('confirmed', 'settled')
where t.at > r.requested_at and t.at < coalesce(r.closed_at, 'infinity')

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
-- I8, I9: what an inspection gave back is posted once, in full, by the command that it was; of it
-- the lines have theirs, and the rest is the delivery charge of an order that came back whole.
select r.bucket, r.id, r.refunded, l.refunded as lines, coalesce(p.posted, 0) as posted
from aftercare.return r
join (
    select bucket, purchase, return, sum(refunded) as refunded, sum(accepted) as accepted
    from aftercare.return_line group by bucket, purchase, return
) l on l.bucket = r.bucket and l.purchase = r.purchase and l.return = r.id
left join (
    select j.cause, sum(case
        when p.credit in ('refund_in_flight', 'payment_difference') then p.amount else 0 end) as posted
    from ledger.journal j
    join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.kind = 'refund' and p.debit <> 'payment_difference'
    group by j.cause
) p on p.cause = r.settled_by
where r.refunded <> coalesce(p.posted, 0)
    or r.refunded < l.refunded or r.refunded > l.refunded and not r.shipping_back
    or l.accepted > 0 and r.state <> 'inspected'

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
