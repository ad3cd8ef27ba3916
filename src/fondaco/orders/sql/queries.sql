-- name: insert_purchases
-- Write purchases with their orders and lines.
with bought as (
    insert into orders.purchase
        (bucket, id, market, buyer, currency, total, reference, lenient, pay_by, placed_at,
         country, region, tax_id, quote, tax_quote)
    select :bucket, p.id, p.market, p.buyer, p.currency, p.total, p.reference, p.lenient,
        p.pay_by, p.placed_at, p.country, p.region, p.tax_id, p.quote, p.tax_quote
    from json_to_recordset(:purchases)
        as p (id bigint, market bigint, buyer bigint, currency text, total bigint,
              reference text, lenient boolean, pay_by timestamptz, placed_at timestamptz,
              country text, region text, tax_id text, quote bigint, tax_quote bigint)
), split as (
    insert into orders.orders (bucket, id, purchase, market, seller, currency, goods, shipping,
        due, subsidy, tax, tax_added, withheld, commission, commission_vat, state, due_at,
        placed_at, settle_in, settle_numerator, settle_denominator)
    select :bucket, o.id, o.purchase, o.market, o.seller, o.currency, o.goods, o.shipping,
        o.due, o.subsidy, o.tax, o.tax_added, o.withheld, o.commission, o.commission_vat,
        'created', o.due_at, o.placed_at, o.settle_in, o.settle_numerator,
        o.settle_denominator
    from json_to_recordset(:orders)
        as o (id bigint, purchase bigint, market bigint, seller bigint, currency text,
              goods bigint, shipping bigint, due bigint, subsidy bigint, tax bigint,
              tax_added boolean, withheld bigint, commission bigint, commission_vat bigint,
              due_at timestamptz, placed_at timestamptz, settle_in text,
              settle_numerator numeric, settle_denominator numeric)
), taken_off as (
    insert into orders.discount (bucket, purchase, "order", line, campaign, goods_seller_off,
        goods_platform_off, shipping_seller_off, shipping_platform_off)
    select :bucket, d."order" >> 6 << 6, d."order", d.line, d.campaign, d.goods_seller_off,
        d.goods_platform_off, d.shipping_seller_off, d.shipping_platform_off
    from json_to_recordset(:discounts)
        as d ("order" bigint, line smallint, campaign bigint, goods_seller_off bigint,
              goods_platform_off bigint, shipping_seller_off bigint, shipping_platform_off bigint)
)
insert into orders.line
    (bucket, purchase, "order", no, offer, variant, quantity, unit_price,
     goods, goods_seller_off, goods_platform_off, goods_tax,
     shipping, shipping_seller_off, shipping_platform_off, shipping_tax,
     commission, commission_vat, tax_class, tax_numerator, tax_denominator)
select :bucket, l."order" >> 6 << 6, l."order", l.no, l.offer, l.variant, l.quantity, l.unit_price,
    l.goods, coalesce(l.goods_seller_off, 0), coalesce(l.goods_platform_off, 0),
    coalesce(l.goods_tax, 0), l.shipping, coalesce(l.shipping_seller_off, 0),
    coalesce(l.shipping_platform_off, 0), coalesce(l.shipping_tax, 0),
    l.commission, coalesce(l.commission_vat, 0), l.tax_class, l.tax_numerator, l.tax_denominator
from json_to_recordset(:lines)
    as l ("order" bigint, no smallint, offer bigint, variant bigint, quantity bigint,
          unit_price bigint, goods bigint, goods_seller_off bigint, goods_platform_off bigint,
          goods_tax bigint, shipping bigint, shipping_seller_off bigint,
          shipping_platform_off bigint, shipping_tax bigint, commission bigint,
          commission_vat bigint, tax_class text, tax_numerator int, tax_denominator int)

-- name: insert_quotes
-- Keep rates that were quoted.
insert into orders.quote (bucket, id, market, currency, numerator, denominator, rate_of,
    expires_at, created_at)
select :bucket, q.id, q.market, q.currency, q.numerator, q.denominator, q.rate_of,
    q.expires_at, q.created_at
from json_to_recordset(:rows)
    as q (id bigint, market bigint, currency text, numerator numeric, denominator numeric,
          rate_of date, expires_at timestamptz, created_at timestamptz)

-- name: insert_tax_quotes
-- Keep tax that engines told.
insert into orders.tax_quote (bucket, id, market, country, region, tax_id, engine, reference, lines,
    tax, expires_at, created_at)
select :bucket, q.id, q.market, q.country, q.region, q.tax_id, q.engine, q.reference, q.lines,
    q.tax, q.expires_at, q.created_at
from json_to_recordset(:rows)
    as q (id bigint, market bigint, country text, region text, tax_id text, engine text,
          reference text, lines jsonb, tax bigint, expires_at timestamptz, created_at timestamptz)

-- name: tax_quotes
-- Tax that engines told, by id.
select id, market, country, region, tax_id, lines::text as lines, expires_at from orders.tax_quote
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: quotes
-- Rates that were quoted, by id.
select id, market, currency, numerator, denominator, expires_at from orders.quote
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: lock_orders
-- Lock all orders of purchases in key order.
select o.id, o.purchase, o.market, o.seller, p.buyer, o.currency, o.due, o.subsidy, o.withheld,
    o.tax_added, o.commission, o.commission_vat, o.refunded, o.refunded_subsidy,
    o.refunded_withheld, o.refunded_commission, o.refunded_commission_vat, o.state, o.disputed,
    o.charged_back, o.open_cases, o.in_parts, o.extended, o.due_at, o.placed_at, p.lenient, p.total, o.settle_in,
    o.settle_numerator, o.settle_denominator
from orders.orders o join orders.purchase p on p.id = o.purchase
where o.bucket = :bucket and o.purchase = any(:purchases::bigint[])
    and p.bucket = :bucket and p.id = any(:purchases::bigint[])
order by o.id
for update of o

-- name: lines
-- Lines of locked orders.
select "order", no, offer, quantity, goods, goods_seller_off, goods_platform_off, goods_tax,
    shipping, shipping_seller_off, shipping_platform_off, shipping_tax, commission,
    commission_vat, refunded_units, shipped_units, refunded_goods, refunded_goods_seller_off,
    refunded_goods_platform_off, refunded_goods_tax, refunded_shipping,
    refunded_shipping_seller_off, refunded_shipping_platform_off, refunded_shipping_tax,
    refunded_commission, refunded_commission_vat, kept
from orders.line
where bucket = :bucket and purchase = any(:purchases::bigint[])
order by "order", no

-- name: update_orders
-- Write what became of orders and of what left or went back of their lines.
with changed as (
    update orders.line l
    set refunded_units = c.refunded_units,
        shipped_units = c.shipped_units,
        refunded_goods = c.refunded_goods,
        refunded_goods_seller_off = coalesce(c.refunded_goods_seller_off, 0),
        refunded_goods_platform_off = coalesce(c.refunded_goods_platform_off, 0),
        refunded_goods_tax = coalesce(c.refunded_goods_tax, 0),
        refunded_shipping = c.refunded_shipping,
        refunded_shipping_seller_off = coalesce(c.refunded_shipping_seller_off, 0),
        refunded_shipping_platform_off = coalesce(c.refunded_shipping_platform_off, 0),
        refunded_shipping_tax = coalesce(c.refunded_shipping_tax, 0),
        refunded_commission = c.refunded_commission,
        refunded_commission_vat = c.refunded_commission_vat,
        kept = coalesce(c.kept, 0)
    from json_to_recordset(:lines)
        as c ("order" bigint, no smallint, refunded_units bigint, shipped_units bigint,
              refunded_goods bigint,
              refunded_goods_seller_off bigint, refunded_goods_platform_off bigint,
              refunded_goods_tax bigint, refunded_shipping bigint,
              refunded_shipping_seller_off bigint, refunded_shipping_platform_off bigint,
              refunded_shipping_tax bigint, refunded_commission bigint,
              refunded_commission_vat bigint, kept bigint)
    where l.bucket = :bucket and l.purchase = any(:purchases::bigint[])
        and l."order" = c."order" and l.no = c.no
)
update orders.orders o
set state = c.state, refunded = c.refunded, refunded_subsidy = c.refunded_subsidy,
    refunded_withheld = c.refunded_withheld, refunded_commission = c.refunded_commission,
    refunded_commission_vat = c.refunded_commission_vat,
    disputed = c.disputed, charged_back = c.charged_back,
    open_cases = c.open_cases, in_parts = c.in_parts,
    extended = c.extended, due_at = c.due_at
from json_to_recordset(:orders)
    as c (id bigint, state text, refunded bigint, refunded_subsidy bigint,
          refunded_withheld bigint, refunded_commission bigint, refunded_commission_vat bigint,
          disputed boolean, charged_back boolean, open_cases smallint, in_parts boolean,
          extended boolean, due_at timestamptz)
where o.bucket = :bucket and o.purchase = any(:purchases::bigint[]) and o.id = c.id

-- name: unused_discounts
-- Campaigns that no order of these purchases uses any more: each order that they took something off
-- has expired, or was cancelled without having been shipped.
select d.purchase, d.campaign
from orders.discount d
join orders.orders o on o.id = d."order"
left join kernel.transition t on t.entity = o.id and t.bucket = :bucket
    and t.entity = any(:orders::bigint[]) and t.dst = 'shipped'
where d.bucket = :bucket and d.purchase = any(:purchases::bigint[])
    and o.bucket = :bucket and o.purchase = any(:purchases::bigint[])
group by d.purchase, d.campaign
having bool_and(o.state in ('expired', 'cancelled') and t.entity is null)

-- name: open_disputes
-- Open disputes.
insert into orders.dispute (bucket, purchase, "order", reason, state, opened_at)
select :bucket, d."order" >> 6 << 6, d."order", d.reason, 'open', d.at
from json_to_recordset(:rows) as d ("order" bigint, reason text, at timestamptz)

-- name: close_disputes
-- Write rulings.
update orders.dispute d
set state = 'ruled', refunded = r.refunded, ruling = r.ruling, ruled_at = r.at
from json_to_recordset(:rows)
    as r ("order" bigint, refunded bigint, ruling text, at timestamptz)
where d.bucket = :bucket and d.purchase = any(:purchases::bigint[]) and d."order" = r."order"

-- name: due_orders
-- Orders whose deadline has passed.
select id, state from orders.orders
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: postpone_orders
-- Try what broke again later, after all else that is due.
update orders.orders set due_at = :until
where bucket = :bucket and purchase = any(:purchases::bigint[]) and id = any(:ids::bigint[])
    and due_at <= :now

-- name: purchase
-- One purchase.
select id, market, buyer, currency, total, reference, pay_by, placed_at, country, region, tax_id
from orders.purchase where bucket = :bucket and id = :id

-- name: expired_of
-- Purchases whose time to pay is over.
select p.id from orders.purchase p
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[]) and p.pay_by <= :now

-- name: purchases_of
-- A buyer's purchases, latest first.
select id, market, buyer, currency, total, reference, pay_by, placed_at, country, region, tax_id
from orders.purchase
where buyer = :buyer and id < :before order by buyer desc, id desc limit :limit

-- name: orders_of
-- Orders of purchases.
select o.id, o.purchase, o.market, o.seller, o.currency, o.goods, o.shipping, o.due, o.subsidy,
    o.tax, o.tax_added, o.withheld, o.commission, o.commission_vat, o.refunded,
    o.refunded_subsidy, o.refunded_commission, o.state, o.disputed, o.due_at, o.placed_at
from orders.orders o
where o.bucket = any(:buckets::smallint[]) and o.purchase = any(:purchases::bigint[])
order by o.id

-- name: orders_of_seller
-- A seller's orders, latest first.
select id, purchase, market, seller, currency, goods, shipping, due, subsidy, tax, tax_added,
    withheld, commission, commission_vat, refunded, refunded_subsidy, refunded_commission, state,
    disputed, due_at, placed_at
from orders.orders
where seller = :seller and id < :before order by seller desc, id desc limit :limit

-- name: lines_of
-- Lines of orders with what they are of.
select l."order", l.no, l.offer, l.variant, v.sku, v.name, l.quantity, l.unit_price, l.goods,
    l.shipping, l.goods_seller_off, l.goods_platform_off, l.shipping_seller_off,
    l.shipping_platform_off, l.goods_tax, l.shipping_tax, l.commission, l.commission_vat,
    l.refunded_units, l.shipped_units, l.refunded_goods, l.refunded_goods_seller_off, l.refunded_goods_platform_off,
    l.refunded_goods_tax, l.refunded_shipping, l.refunded_shipping_seller_off,
    l.refunded_shipping_platform_off, l.refunded_shipping_tax, l.tax_class, l.tax_numerator,
    l.tax_denominator
from orders.line l join catalog.variant v on v.id = l.variant
where l.bucket = any(:buckets::smallint[]) and l.purchase = any(:purchases::bigint[])
order by l."order", l.no

-- name: discounts_of
-- What campaigns took off the lines of purchases.
select d."order", d.line, d.campaign, c.name, c.code, d.goods_seller_off, d.goods_platform_off,
    d.shipping_seller_off, d.shipping_platform_off
from orders.discount d join campaigns.campaign c on c.id = d.campaign
where d.bucket = any(:buckets::smallint[]) and d.purchase = any(:purchases::bigint[])
order by d."order", d.line, d.campaign

-- name: steps_of
-- The steps of one entity.
select machine, src, dst, actor, at from kernel.transition
where bucket = :bucket and entity = :entity order by at, cause

-- name: chargebacks
-- Chargebacks of locked purchases with their parts.
select c.id, c.purchase, c.payment, c.reference, c.currency, c.amount, c.covered, c.beyond,
    c.waiting, c.fee,
    c.reason, c.state, c.evidence_due_at, c.opened_at, c.closed_at,
    (select coalesce(json_agg(json_build_object(
            'order', p."order", 'amount', p.amount, 'held', p.held) order by p."order"), '[]')
     from orders.chargeback_part p
     where p.bucket = c.bucket and p.purchase = c.purchase and p.chargeback = c.id) as parts
from orders.chargeback c
where c.bucket = :bucket and c.purchase = any(:purchases::bigint[])
order by c.id

-- name: write_chargebacks
-- Write new chargebacks with their parts, and what became of old ones.
with written as (
    insert into orders.chargeback (bucket, purchase, id, payment, reference, currency, amount,
        covered, beyond, waiting, fee, reason, state, evidence_due_at, opened_at, closed_at)
    select :bucket, c.purchase, c.id, c.payment, c.reference, c.currency, c.amount, c.covered,
        c.beyond, c.waiting, c.fee, c.reason, c.state, c.evidence_due_at, c.opened_at, c.closed_at
    from json_to_recordset(:rows)
        as c (purchase bigint, id bigint, payment bigint, reference text, currency text,
              amount bigint, covered bigint, beyond bigint, waiting bigint, fee bigint,
              reason text, state text, evidence_due_at timestamptz, opened_at timestamptz, closed_at timestamptz)
    on conflict (bucket, purchase, id)
        do update set state = excluded.state, closed_at = excluded.closed_at
)
insert into orders.chargeback_part (bucket, purchase, chargeback, "order", amount, held)
select :bucket, p."order" >> 6 << 6, p.chargeback, p."order", p.amount, p.held
from json_to_recordset(:parts)
    as p (chargeback bigint, "order" bigint, amount bigint, held bigint)
on conflict do nothing

-- name: orders_under_way
-- How many orders of buyers are not over yet.
select p.buyer, sum(open.orders)::bigint as orders
from orders.purchase p
cross join lateral (
    select count(*) as orders from orders.orders o
    where o.bucket = p.bucket and o.purchase = p.id
        and (o.charged_back or o.open_cases > 0
            or o.state not in ('settled', 'expired', 'cancelled'))
) open
where p.buyer = any(:buyers::bigint[]) and open.orders > 0
group by p.buyer

-- name: erase_references
-- Forget what buyers' purchases were called; which purchases they made.
update orders.purchase set reference = '' where buyer = any(:buyers::bigint[])
returning bucket, id, buyer

-- name: erase_disputes
-- Forget what was said in disputes over purchases.
update orders.dispute
set reason = :words, ruling = case when ruling = '' then '' else :words end
where bucket = any(:buckets::smallint[]) and purchase = any(:purchases::bigint[])
