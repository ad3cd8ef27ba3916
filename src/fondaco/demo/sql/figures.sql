-- name: counts
-- Purchases, orders by state, disputes, parcels that were late, units on hand.
select 'purchases' as what, count(*) as n from orders.purchase
union all
select 'orders ' || state, count(*) from orders.orders group by state
union all
select 'disputes', count(*) from orders.dispute
union all
select 'refunds', count(*) from payments.refund where state = 'succeeded'
union all
select 'payouts', count(*) from payments.payout where state = 'paid'
union all
select 'charges', count(*) from payments.payment where state in ('captured', 'refunded')
union all
select 'declined', count(*) from payments.payment where state = 'failed'
union all
select 'many sellers', count(*) from (
    select purchase from orders.orders group by bucket, purchase having count(*) > 1
) split
union all
select 'late parcels', count(distinct t.entity) from kernel.transition t
where t.machine = 'parcel' and t.dst = 'exception'
