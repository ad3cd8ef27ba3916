-- name: escrow_matches_orders
-- I5: an order holds goods and shipping less refunds while it is open, and nothing once closed.
select bucket, id, currency, sum(amount) as excess
from (
    select bucket, id, currency, goods + shipping - refunded as amount from orders.orders
    where state in ('paid', 'shipped', 'delivered', 'confirmed')
    union all
    select bucket, subject, currency, -amount from ledger.balance where account = 'escrow'
) both_sides
group by bucket, id, currency having sum(amount) <> 0

-- name: settled_only_when_confirmed
-- I6: no settlement without a confirmation by the buyer or operator, or by the system after its
-- deadline: delivery and the time to object.
select o.bucket, o.id from orders.orders o
where o.state = 'settled' and not exists (
    select from kernel.transition t
    where t.bucket = o.bucket and t.entity = o.id and t.dst = 'confirmed'
        and (t.actor in ('buyer', 'operator') or exists (
            select from kernel.transition d join markets.market m on m.id = o.market
            where d.bucket = o.bucket and d.entity = o.id and d.dst = 'delivered'
                and t.at >= d.at + m.confirm_within))
)

-- name: paid_orders_were_captured
-- I7: the orders of a purchase are paid exactly when what was captured is the total.
select p.bucket, p.id, p.total, pay.captured
from orders.purchase p
left join (
    select bucket, purchase, sum(captured) as captured
    from payments.payment group by bucket, purchase
) pay on pay.bucket = p.bucket and pay.purchase = p.id
where not p.lenient and exists (
    select from orders.orders o
    where o.bucket = p.bucket and o.purchase = p.id
        and o.state not in ('created', 'expired')
) and coalesce(pay.captured, 0) < p.total

-- name: captured_has_a_purchase
-- I7: no payment without a purchase.
select y.bucket, y.id from payments.payment y
where not exists (
    select from orders.purchase p where p.bucket = y.bucket and p.id = y.purchase
)

-- name: paid_lines_hold_stock
-- I19: a line that waits to be shipped holds its units; one that was shipped consumed them; one
-- that ended before holds nothing.
select o.bucket, l."order", l.no, o.state
from orders.orders o
join orders.line l on l.bucket = o.bucket and l."order" = o.id
left join (
    select "order", line, sum(quantity - consumed - released) as active, sum(consumed) as consumed
    from stock.reservation group by "order", line
) r on r."order" = l."order" and r.line = l.no
where r."order" is null
    or (o.state in ('created', 'paid')
        and (r.active <> l.quantity - l.refunded_units or r.consumed <> 0))
    or (o.state not in ('created', 'paid') and r.active <> 0)
    or (o.state in ('shipped', 'delivered') and r.consumed = 0 and l.refunded_units = 0)

-- name: lines_sum_to_order
-- I20: lines sum exactly to their order, at sale and in what went back.
select o.bucket, o.id
from orders.orders o
left join orders.line l on l.bucket = o.bucket and l."order" = o.id
group by o.bucket, o.id, o.goods, o.shipping, o.commission, o.refunded, o.refunded_commission
having (coalesce(sum(l.goods), 0), coalesce(sum(l.shipping), 0), coalesce(sum(l.commission), 0),
        coalesce(sum(l.refunded_goods + l.refunded_shipping), 0),
        coalesce(sum(l.refunded_commission), 0))
    is distinct from (o.goods, o.shipping, o.commission, o.refunded, o.refunded_commission)

-- name: orders_sum_to_purchase
-- I20: orders sum exactly to their purchase.
select p.bucket, p.id, p.total
from orders.purchase p
left join orders.orders o on o.bucket = p.bucket and o.purchase = p.id
group by p.bucket, p.id, p.total
having coalesce(sum(o.goods + o.shipping), 0) <> p.total

-- name: order_steps_lead_to_state
-- I21: every order got to its state by one unbroken chain of steps.
select o.bucket, o.id, o.state
from orders.orders o
left join kernel.transition t on t.bucket = o.bucket and t.entity = o.id
group by o.bucket, o.id, o.state
having (count(t.dst) = 0 and o.state <> 'created')
    or (count(t.dst) > 0 and (
        count(*) filter (where t.src = 'created') <> 1
        or count(*) filter (where t.dst = o.state) <> 1
        or count(distinct t.src) <> count(*)
        or bool_or(t.src = o.state)))

-- name: closed_purchase_holds_nothing_unapplied
-- I22: once every order of a purchase is expired, nothing captured for it is left unapplied.
select b.bucket, b.subject, b.amount from ledger.balance b
where b.account = 'unapplied' and b.amount <> 0
    and exists (
        select from orders.orders o
        where o.bucket = b.bucket and o.purchase = b.subject)
    and not exists (
        select from orders.orders o
        where o.bucket = b.bucket and o.purchase = b.subject
            and o.state = 'created')

-- name: dispute_freezes_order
-- I6: an open dispute and a frozen order go together.
select o.bucket, o.id from orders.orders o
left join orders.dispute d on d.bucket = o.bucket and d."order" = o.id and d.state = 'open'
where o.disputed <> (d."order" is not null)
