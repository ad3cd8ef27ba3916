-- name: requested_refunds
-- Refunds that no provider has answered yet, and for which Olist order they are.
select r.id, r.amount, r.currency, r.created_at, q.reference
from payments.refund r
join payments.payment p on p.bucket = r.bucket and p.id = r.payment
join orders.purchase q on q.bucket = p.bucket and q.id = p.purchase
where r.state = 'requested'
order by r.id

-- name: traded
-- What was sold: purchases, orders, lines, their amounts, and what of it is settled.
select (select count(*) from orders.purchase) as purchases,
    count(*) as orders,
    (select count(*) from orders.line) as lines,
    coalesce(sum(goods), 0)::bigint as goods,
    coalesce(sum(shipping), 0)::bigint as freight,
    count(*) filter (where state = 'settled') as settled_orders,
    coalesce(sum(goods + shipping) filter (where state = 'settled'), 0)::bigint as settled_gross
from orders.orders

-- name: booked
-- What the ledger says. Debits are positive, so what an account received is its credits negated;
-- money is unapplied for good only where its purchase has no order that it could be for.
select
    coalesce(sum(e.amount) filter (
        where e.account = 'psp_receivable' and e.amount > 0), 0)::bigint as captured,
    coalesce(-sum(e.amount) filter (
        where e.account = 'payment_difference' and j.kind = 'capture'), 0)::bigint as difference,
    coalesce(-sum(e.amount) filter (
        where e.account = 'unapplied' and j.kind = 'capture_unapplied'
            and not exists (select from orders.orders o
                where o.bucket = e.bucket and o.purchase = e.subject)), 0)::bigint as unapplied,
    coalesce(sum(e.amount) filter (
        where e.account = 'refund_in_flight' and j.kind = 'refund_paid'), 0)::bigint as refunded,
    coalesce(-sum(e.amount) filter (where e.account = 'escrow'), 0)::bigint as escrow_open,
    coalesce(-sum(e.amount) filter (where e.account = 'commission'), 0)::bigint as commission,
    coalesce(-sum(e.amount) filter (
        where e.account = 'payable' and j.kind = 'settlement'), 0)::bigint as seller_net,
    coalesce(-sum(e.amount) filter (
        where e.account = 'payment_difference'), 0)::bigint as difference_open,
    coalesce(-sum(e.amount) filter (where e.account = 'unapplied'), 0)::bigint as unapplied_open
from ledger.entry e
join ledger.journal j on j.bucket = e.bucket and j.id = e.journal

-- name: top_sellers
-- The sellers to whom settlement brought most, by the id that the files know them by.
select s.reference as seller, net.amount::bigint as net
from (
    select e.subject, -sum(e.amount) as amount
    from ledger.entry e
    join ledger.journal j on j.bucket = e.bucket and j.id = e.journal
    where e.account = 'payable' and j.kind = 'settlement'
    group by e.subject
) net
join parties.organisation s on s.id = net.subject
order by net.amount desc, s.reference
limit :limit
