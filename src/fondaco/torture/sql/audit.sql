-- name: open_money
-- Payments, refunds and payouts that the provider has not decided, and when it is asked again.
select 'pay' as prefix, id, due_at from payments.payment where state = 'created'
union all select 'ref', id, due_at from payments.refund where state = 'requested'
union all select 'out', id, due_at from payments.payout where state in ('created', 'approved')

-- name: commands
-- The keys that one principal's commands are kept under.
select key, accepted from kernel.command where principal = :principal

-- name: purchases
-- Every purchase.
select id from orders.purchase

-- name: orders
-- Every order: what of it was given back, how it stands, and whether a deadline has moved it.
select o.id, o.refunded, o.state,
    exists (select from kernel.transition t where t.bucket = o.bucket and t.entity = o.id
        and t.actor = 'system') as by_itself
from orders.orders o

-- name: payments
-- Every payment.
select id, amount, state from payments.payment

-- name: payouts
-- Every payout.
select id, amount from payments.payout

-- name: parcels
-- Every parcel.
select id from shipping.parcel

-- name: scans
-- The parcel of every event but the first and those that come of silence.
select parcel as id from shipping.event where kind not in ('handed_over', 'exception')

-- name: facts
-- What our tables say that the provider did.
select 'pay' as prefix, id, captured as amount, currency, 'captured' as kind
    from payments.payment where state in ('captured', 'refunded')
union all select 'pay', id, amount, currency, 'declined'
    from payments.payment where state = 'failed'
union all select 'pay', id, amount, currency, 'voided'
    from payments.payment where state = 'voided'
union all select 'ref', id, amount, currency, 'refunded'
    from payments.refund where state = 'succeeded'
union all select 'ref', id, amount, currency, 'refund_failed'
    from payments.refund where state = 'failed'
union all select 'out', id, amount, currency, 'paid_out'
    from payments.payout where state = 'paid'
union all select 'out', id, amount, currency, 'payout_failed'
    from payments.payout where state = 'failed'

-- name: returned
-- Payments whose own account of what went back differs from their refunds.
select p.id from payments.payment p
left join payments.refund r on r.payment = p.id and r.state = 'succeeded'
group by p.id, p.returned
having p.returned <> coalesce(sum(r.amount), 0)
