-- name: escrow_matches_orders
-- I5: an order holds what was due less refunds while it is open, and nothing once closed; one
-- that was cancelled gave everything back.
select bucket, id, currency, sum(amount) as excess
from (
    select bucket, id, currency, due - refunded as amount from orders.orders
    where state in ('paid', 'shipped', 'delivered', 'confirmed', 'cancelled')
    union all
    select bucket, subject, currency, -amount from ledger.balance where account = 'escrow'
) both_sides
group by bucket, id, currency having sum(amount) <> 0

-- name: settled_only_when_confirmed
-- I6: no order goes to its seller without a confirmation: by the buyer or operator, or by the
-- system once it was delivered and the time to object, extended or not, has passed.
select o.bucket, o.id, o.state
from orders.orders o
left join markets.market m on m.id = o.market
left join kernel.transition c on c.bucket = o.bucket and c.entity = o.id and c.dst = 'confirmed'
left join kernel.transition d on d.bucket = o.bucket and d.entity = o.id and d.dst = 'delivered'
where o.state in ('confirmed', 'settled') and (c.actor in ('buyer', 'operator')
    or c.actor = 'system'
    and c.at >= d.at + m.confirm_within * case when o.extended then 2 else 1 end) is not true

-- name: paid_orders_were_captured
-- I7: the orders of a purchase are paid only for exactly what was captured, and neither given back
-- unapplied nor charged back before.
select p.bucket, p.id, p.total, coalesce(c.applied, 0) as applied
from orders.purchase p
join (
    select distinct bucket, purchase from orders.orders where state not in ('created', 'expired')
) o on o.bucket = p.bucket and o.purchase = p.id
left join (
    select bucket, purchase, sum(amount) as applied
    from (
        select bucket, purchase, captured as amount from payments.payment
        union all
        select y.bucket, y.purchase, -r.amount
        from payments.refund r
        join payments.payment y on y.bucket = r.bucket and y.id = r.payment
        where r."order" is null and (r.state <> 'failed' or r.attempt = 10)
        union all
        select bucket, purchase, -waiting from orders.chargeback where state <> 'won'
    ) money
    group by bucket, purchase
) c on c.bucket = p.bucket and c.purchase = p.id
where not p.lenient and coalesce(c.applied, 0) <> p.total

-- name: order_was_paid_its_due
-- I7: the escrow of every order that was ever paid was filled once, with exactly its due.
select bucket, id, currency, sum(amount) as excess
from (
    select bucket, id, currency, due as amount from orders.orders
    where state not in ('created', 'expired')
    union all
    select bucket, credit_subject, currency, -amount from ledger.posting where credit = 'escrow'
) both_sides
group by bucket, id, currency having sum(amount) <> 0

-- name: captured_has_a_purchase
-- I7: no payment without a purchase, in the same currency; but what was captured in another goes
-- back whole.
select y.bucket, y.id from payments.payment y
left join orders.purchase p on p.bucket = y.bucket and p.id = y.purchase
where p.id is null or (p.currency <> y.currency
    and (y.state not in ('captured', 'refunded') or y.refunded < y.captured))

-- name: settlement_is_shared_exactly
-- I5, I14: what a settled order held, less what went back since, is its tax, its commission with
-- VAT and its seller's share, and nothing else is.
select id, sum(tax) as tax, sum(commission) as commission, sum(vat) as vat, sum(bridge) as bridge
from (
    select id, withheld - refunded_withheld as tax,
        commission - refunded_commission as commission,
        commission_vat - refunded_commission_vat as vat,
        due - refunded - (withheld - refunded_withheld)
            - (commission - refunded_commission)
            - (commission_vat - refunded_commission_vat) as bridge
    from orders.orders where state = 'settled'
    union all
    select credit_subject,
        case credit when 'tax_payable' then -amount else 0 end,
        case credit when 'commission' then -amount else 0 end,
        case credit when 'vat_payable' then -amount else 0 end,
        case credit when 'bridge' then -amount else 0 end
    from ledger.posting
    where debit = 'escrow' and credit in ('tax_payable', 'commission', 'vat_payable', 'bridge')
    union all
    select debit_subject,
        case debit when 'tax_payable' then amount else 0 end,
        case debit when 'commission' then amount else 0 end,
        case debit when 'vat_payable' then amount else 0 end,
        case debit when 'bridge' then amount else 0 end
    from ledger.posting
    where debit in ('tax_payable', 'commission', 'vat_payable', 'bridge')
        and credit in ('refund_in_flight', 'payment_difference', 'promo', 'dispute_receivable')
) both_sides
group by id having sum(tax) <> 0 or sum(commission) <> 0 or sum(vat) <> 0 or sum(bridge) <> 0

-- name: settlement_reached_its_seller
-- I14: what left a settled order for its seller arrived with that seller and nobody else.
select id, seller, sum(amount) as excess
from (
    select id, seller, due - refunded - (withheld - refunded_withheld)
        - (commission - refunded_commission)
        - (commission_vat - refunded_commission_vat) as amount
    from orders.orders where state = 'settled'
    union all
    select debit_subject, credit_subject, -amount from ledger.posting
    where debit = 'bridge' and credit in ('payable', 'reserve', 'bond')
    union all
    select credit_subject, debit_subject, amount from ledger.posting
    where credit = 'bridge' and debit in ('payable', 'reserve', 'receivable')
    union all
    select p.credit_subject, o.seller, p.amount from ledger.posting p
    join orders.orders o on o.purchase = p.debit_subject >> 6 << 6 and o.id = p.debit_subject
    where p.credit = 'bridge' and p.debit = 'dispute_hold'
    union all
    select p.debit_subject, e.seller, -p.amount from ledger.posting p
    join payments.exchange e on e."order" = p.debit_subject
    where p.debit = 'bridge' and p.credit = 'fx_position'
    union all
    select p.credit_subject, e.seller, p.amount from ledger.posting p
    join payments.exchange e on e."order" = p.credit_subject
    where p.credit = 'bridge' and p.debit = 'fx_position'
) both_sides
group by id, seller having sum(amount) <> 0

-- name: paid_lines_hold_stock
-- I19: a line that waits to be shipped holds the units neither given back nor sent in parts, and
-- sent no others; one that was shipped sent at least those not given back; one that expired sent
-- none; once shipped or closed, nothing is held any more.
select o.bucket, l."order", l.no, o.state
from orders.orders o
join orders.line l on l.bucket = o.bucket and l.purchase = o.purchase and l."order" = o.id
left join (
    select "order", line, sum(quantity) as quantity, sum(consumed) as consumed,
        sum(quantity - consumed - released) as active
    from stock.reservation group by "order", line
) r on r."order" = l."order" and r.line = l.no
where case
    when r."order" is null or r.quantity <> l.quantity then true
    when o.state in ('created', 'paid')
        then r.active <> greatest(l.quantity - l.refunded_units - l.shipped_units, 0)
            or r.consumed <> l.shipped_units
    when o.state in ('shipped', 'delivered')
        then r.active <> 0 or r.consumed < l.quantity - l.refunded_units
    when o.state = 'expired' then r.active <> 0 or r.consumed <> 0
    else r.active <> 0
end

-- name: lines_sum_to_order
-- I20: lines sum exactly to their order, at sale and in what went back; what is due is the
-- seller's price with the tax that stands on top.
select o.bucket, o.id
from orders.orders o
left join orders.line l on l.bucket = o.bucket and l.purchase = o.purchase and l."order" = o.id
group by o.bucket, o.purchase, o.id
having (coalesce(sum(l.goods), 0), coalesce(sum(l.shipping), 0),
        coalesce(sum(l.goods_tax + l.shipping_tax), 0),
        coalesce(sum(l.goods - l.goods_seller_off + l.shipping - l.shipping_seller_off), 0)
            + case when o.tax_added then o.tax else 0 end,
        coalesce(sum(l.goods_platform_off + l.shipping_platform_off), 0),
        coalesce(sum(l.commission), 0), coalesce(sum(l.commission_vat), 0))
    is distinct from (o.goods, o.shipping, o.tax, o.due, o.subsidy, o.commission, o.commission_vat)
    or (coalesce(sum(l.refunded_goods - l.refunded_goods_seller_off
                + l.refunded_shipping - l.refunded_shipping_seller_off
                + case when o.tax_added
                    then l.refunded_goods_tax + l.refunded_shipping_tax else 0 end), 0),
        coalesce(sum(l.refunded_goods_platform_off + l.refunded_shipping_platform_off), 0),
        case when o.withheld = 0 then 0
            else coalesce(sum(l.refunded_goods_tax + l.refunded_shipping_tax), 0) end,
        coalesce(sum(l.refunded_commission), 0), coalesce(sum(l.refunded_commission_vat), 0))
    is distinct from (o.refunded, o.refunded_subsidy, o.refunded_withheld,
        o.refunded_commission, o.refunded_commission_vat)

-- name: tax_is_what_its_rate_gives
-- I20: the tax of a line is what the rate kept with it gives, rounded once: line by line, or for all
-- amounts of one rate in an order, of which no line is a whole unit off. Who has no rate
-- pays none, unless an engine outside told it.
with part as (
    select l.bucket, l."order", l.no, l.tax_numerator as rate, l.tax_denominator as base,
        m.tax_rounding as rounding, part.tax, o.tax_added,
        part.net::numeric * l.tax_numerator as share,
        case when o.tax_added then l.tax_denominator
            else l.tax_denominator + l.tax_numerator end::numeric as whole
    from orders.line l
    join orders.orders o
        on o.bucket = l.bucket and o.purchase = l.purchase and o.id = l."order"
    join markets.market m on m.id = o.market
    cross join lateral (values
        (l.goods - l.goods_seller_off, l.goods_tax, true),
        (l.shipping - l.shipping_seller_off, l.shipping_tax, m.tax_shipping)
    ) as part (net, tax, taxed)
    where l.tax_numerator is not null and part.taxed
)
select bucket, "order", no, tax, share / whole as exact from part
where abs(tax * whole - share) >= whole
    or rounding = 'line' and tax <> div(2 * share + whole, 2 * whole)
union all
select bucket, "order", null, sum(tax), sum(share) / min(whole) from part
where rounding = 'order'
group by bucket, "order", rate, base
having sum(tax) <> div(2 * sum(share) + min(whole), 2 * min(whole))
union all
select l.bucket, l."order", l.no, l.goods_tax + l.shipping_tax, 0
from orders.line l
join orders.orders o on o.bucket = l.bucket and o.purchase = l.purchase and o.id = l."order"
join markets.market m on m.id = o.market
join orders.purchase p on p.bucket = l.bucket and p.id = l.purchase
where l.shipping_tax + case when l.tax_numerator is null then l.goods_tax else 0 end > 0
    and (l.tax_numerator is null or not m.tax_shipping) and p.tax_quote is null
union all
select p.bucket, p.id, null, coalesce(q.tax, -1), sum(l.goods_tax + l.shipping_tax)
from orders.purchase p
join orders.line l on l.bucket = p.bucket and l.purchase = p.id
left join orders.tax_quote q on q.id = p.tax_quote
where p.tax_quote is not null
group by p.bucket, p.id, q.tax
having sum(l.goods_tax + l.shipping_tax) is distinct from q.tax

-- name: tax_is_remitted_by_policy
-- I20: an order's tax is kept for the authority exactly where its market has the operator remit
-- it, and stands on top of prices exactly where they are without it.
select o.bucket, o.id, o.tax, o.withheld, o.tax_added
from orders.orders o
join markets.market m on m.id = o.market
where o.withheld <> case when m.tax_remitter = 'platform' then o.tax else 0 end
    or o.tax_added <> coalesce(m.tax_prices = 'exclusive', false)

-- name: orders_sum_to_purchase
-- I20: what the buyer pays for the orders sums exactly to their purchase, in its currency.
select p.bucket, p.id, p.total, coalesce(sum(o.due - o.subsidy), 0) as orders
from orders.purchase p
left join orders.orders o on o.bucket = p.bucket and o.purchase = p.id
group by p.bucket, p.id, p.total, p.currency
having coalesce(sum(o.due - o.subsidy), 0) <> p.total
    or count(*) filter (where o.currency <> p.currency) > 0

-- name: subsidy_is_paid_by_the_operator
-- I5: the operator's part of discounts is paid into the escrow of each paid order, and comes back
-- with what goes back.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, subsidy - refunded_subsidy as amount from orders.orders
    where state not in ('created', 'expired')
    union all
    select bucket, debit_subject, -amount from ledger.posting where debit = 'promo'
    union all
    select bucket, credit_subject, amount from ledger.posting where credit = 'promo'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: order_steps_lead_to_state
-- I21: every order got to its state by one unbroken chain of steps: it left each state it was in
-- once, but for the one it is in. A step counts as the hash of the state it entered less that of
-- the one it left, which is one row where the states themselves would be two.
select bucket, id, count(*) - 1 as steps
from (
    select bucket, id, hashtext('created')::bigint - hashtext(state) as n from orders.orders
    union all
    select bucket, entity, hashtext(dst)::bigint - hashtext(src)
    from kernel.transition where machine = 'order'
) entered_and_left
group by bucket, id having sum(n) <> 0

-- name: order_steps_are_legal
-- I21: orders take only legal steps, each by an actor who may.
select bucket, entity, src, dst, actor from kernel.transition
where machine = 'order' and (src, dst, actor) not in (
    ('created', 'paid', 'provider'),
    ('created', 'expired', 'system'),
    ('paid', 'shipped', 'seller'),
    ('paid', 'shipped', 'carrier'),
    ('paid', 'shipped', 'operator'), ('paid', 'shipped', 'system'),
    ('paid', 'cancelled', 'seller'),
    ('paid', 'cancelled', 'operator'),
    ('paid', 'cancelled', 'system'),
    ('paid', 'cancelled', 'provider'),
    ('paid', 'confirmed', 'operator'),
    ('shipped', 'delivered', 'seller'),
    ('shipped', 'delivered', 'carrier'),
    ('shipped', 'confirmed', 'buyer'),
    ('shipped', 'confirmed', 'operator'),
    ('shipped', 'cancelled', 'seller'),
    ('shipped', 'cancelled', 'operator'),
    ('shipped', 'cancelled', 'provider'),
    ('shipped', 'cancelled', 'system'),
    ('delivered', 'confirmed', 'buyer'),
    ('delivered', 'confirmed', 'system'),
    ('delivered', 'confirmed', 'operator'),
    ('delivered', 'cancelled', 'seller'),
    ('delivered', 'cancelled', 'operator'),
    ('delivered', 'cancelled', 'provider'),
    ('delivered', 'cancelled', 'system'),
    ('confirmed', 'cancelled', 'provider'),
    ('confirmed', 'cancelled', 'seller'),
    ('confirmed', 'cancelled', 'operator'),
    ('confirmed', 'cancelled', 'system'),
    ('confirmed', 'settled', 'system'))

-- name: closed_purchase_holds_nothing_unapplied
-- I22: once no order of a purchase waits for money, nothing captured for it is left unapplied.
select b.bucket, b.subject as id, b.currency, b.amount
from ledger.balance b
join (
    select bucket, purchase from orders.orders
    group by bucket, purchase having count(*) filter (where state = 'created') = 0
) closed on closed.bucket = b.bucket and closed.purchase = b.subject
where b.account = 'unapplied' and b.amount <> 0

-- name: dispute_freezes_order
-- I22: an open dispute and a frozen order go together, and neither outlives the order.
select o.bucket, o.id, o.state
from orders.orders o
left join orders.dispute d
    on d.bucket = o.bucket and d.purchase = o.purchase and d."order" = o.id and d.state = 'open'
where o.disputed <> (d."order" is not null)
    or (o.disputed and o.state not in ('paid', 'shipped', 'delivered'))

-- name: chargeback_freezes_order
-- I22: an open chargeback and the orders frozen for it go together.
select o.bucket, o.id, o.state
from orders.orders o
left join (
    select distinct p.bucket, p.purchase, p."order"
    from orders.chargeback_part p
    join orders.chargeback c
        on c.bucket = p.bucket and c.purchase = p.purchase and c.id = p.chargeback
    where c.state = 'open'
) open_ on open_.bucket = o.bucket and open_.purchase = o.purchase and open_."order" = o.id
where o.charged_back <> (open_."order" is not null)

-- name: chargeback_is_held_while_open
-- I22: what providers hold for chargebacks is the sum of open ones; nothing stays once they are
-- closed.
select account, subject, sum(amount) as excess
from (
    select 'dispute_receivable' as account, payment as subject, amount
    from orders.chargeback where state = 'open'
    union all
    select debit, debit_subject, -amount from ledger.posting where debit = 'dispute_receivable'
    union all
    select credit, credit_subject, amount from ledger.posting where credit = 'dispute_receivable'
) both_sides
group by account, subject having sum(amount) <> 0

-- name: chargebacks_within_captured
-- I8: what a payment has charged back is the sum of chargebacks not won, as far as it had them; the
-- parts of each and what is beyond them sum to it.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, charged_back as amount from payments.payment
    union all
    select bucket, payment, -covered from orders.chargeback where state <> 'won'
) both_sides
group by bucket, id having sum(amount) <> 0
union all
select c.bucket, c.id, c.amount - c.beyond - coalesce(sum(p.amount), 0)
from orders.chargeback c
left join orders.chargeback_part p
    on p.bucket = c.bucket and p.purchase = c.purchase and p.chargeback = c.id
group by c.bucket, c.id, c.amount, c.beyond
having c.amount - c.beyond <> coalesce(sum(p.amount), 0)

-- name: discounts_sum_to_lines
-- I20: what campaigns took off a line, by who bears it, is what its seller and the operator bear.
select bucket, "order", line, sum(goods_seller_off) as goods_seller_off,
    sum(goods_platform_off) as goods_platform_off,
    sum(shipping_seller_off) as shipping_seller_off,
    sum(shipping_platform_off) as shipping_platform_off
from (
    select bucket, "order", no as line, goods_seller_off, goods_platform_off,
        shipping_seller_off, shipping_platform_off
    from orders.line
    union all
    select bucket, "order", line, -goods_seller_off, -goods_platform_off,
        -shipping_seller_off, -shipping_platform_off
    from orders.discount
) both_sides
group by bucket, "order", line
having sum(goods_seller_off) <> 0 or sum(goods_platform_off) <> 0
    or sum(shipping_seller_off) <> 0 or sum(shipping_platform_off) <> 0

-- name: discounts_sum_to_uses
-- I20: what a campaign took off the lines of a purchase is what its use there counts for.
select campaign, purchase, sum(goods_seller_off) as goods_seller_off,
    sum(goods_platform_off) as goods_platform_off,
    sum(shipping_seller_off) as shipping_seller_off,
    sum(shipping_platform_off) as shipping_platform_off
from (
    select campaign, purchase, goods_seller_off, goods_platform_off,
        shipping_seller_off, shipping_platform_off
    from campaigns.redemption
    union all
    select campaign, purchase, -goods_seller_off, -goods_platform_off,
        -shipping_seller_off, -shipping_platform_off
    from orders.discount
) both_sides
group by campaign, purchase
having sum(goods_seller_off) <> 0 or sum(goods_platform_off) <> 0
    or sum(shipping_seller_off) <> 0 or sum(shipping_platform_off) <> 0

-- name: sellers_bear_their_own
-- I20: a seller's own campaign takes nothing off another's goods, and costs the operator nothing.
select d.bucket, d."order", d.line, d.campaign
from orders.discount d
join campaigns.campaign c on c.id = d.campaign
join orders.orders o on o.bucket = d.bucket and o.id = d."order"
where c.owner is not null
    and (o.seller <> c.owner or d.goods_platform_off + d.shipping_platform_off > 0)

-- name: unused_campaigns_are_given_back
-- I22: a use is given back once, and only once, each order that it took something off has expired
-- or was cancelled without having been shipped.
select r.bucket, r.campaign, r.purchase, r.returned_at
from campaigns.redemption r
left join (
    select d.purchase, d.campaign,
        bool_and(o.state in ('expired', 'cancelled') and t.entity is null) as unused
    from orders.discount d
    join orders.orders o on o.bucket = d.bucket and o.id = d."order"
    left join kernel.transition t
        on t.bucket = o.bucket and t.entity = o.id and t.dst = 'shipped'
    group by d.purchase, d.campaign
) d on d.campaign = r.campaign and d.purchase = r.purchase
where (r.returned_at is not null) is distinct from d.unused

-- name: parcels_hold_what_was_shipped
-- I19: of an order that leaves in parts, what is in its parcels is what its lines have shipped;
-- of any other neither is counted.
select o.bucket, "order", line, sum(units) as excess
from (
    select bucket, "order", no as line, shipped_units as units from orders.line
    where shipped_units > 0
    union all
    select p.bucket, p."order", c.line, -c.units
    from shipping.content c join shipping.parcel p on p.bucket = c.bucket and p.id = c.parcel
) counted
join orders.orders o on o.bucket = counted.bucket and o.id = counted."order"
group by o.bucket, "order", line, o.in_parts
having sum(units) <> 0 or not o.in_parts
