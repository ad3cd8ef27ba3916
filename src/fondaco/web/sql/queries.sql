-- name: cards
-- The first products on offer in a market: cheapest price and how many sellers, with the
-- department (topmost category) that each stands in.
with recursive department as (
    select id, id as top, name from catalog.category where parent is null
    union all
    select c.id, d.top, d.name from catalog.category c join department d on c.parent = d.id
)
select p.slug, p.name, p.images, offers.price, offers.sellers, d.top, d.name as department
from (select id, slug, name, images, category from catalog.product order by id limit :limit) p
join department d on d.id = p.category
cross join lateral (
    select min(o.price) as price, count(distinct o.seller) as sellers
    from catalog.variant v
    join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        and (
            select true from parties.organisation s where s.id = o.seller and s.state = 'suspended'
        ) is null
    where v.product = p.id
) offers
where offers.sellers > 0
order by d.top, p.id

-- name: offers_of
-- Who offers variants in a market: what can be had before what is sold out, then the cheapest with
-- its delivery, then who offered it first.
select o.variant, o.id, o.seller, o.condition, o.price, o.shipping, o.free
from unnest(:variants::bigint[]) as asked (variant)
cross join lateral (
    select o.*, l.free
    from catalog.offer o
    cross join lateral (
        select coalesce(sum(l.on_hand - l.reserved), 0)::bigint as free
        from stock.level l where l.bucket = o.bucket and l.offer = o.id
    ) l
    where o.market = :market and o.variant = asked.variant and o.state = 'active'
        and (
            select true from parties.organisation s where s.id = o.seller and s.state = 'suspended'
        ) is null
    order by l.free > 0 desc, o.price + o.shipping, o.id limit :limit
) o

-- name: sold_by
-- What a seller offers in a market, beginning after an offer.
select o.id, o.price, o.shipping, o.condition, v.sku, v.name as variant, v.image, p.slug, p.name,
    p.images
from (
    select * from catalog.offer
    where seller = :seller and market = :market and id > :after and state = 'active'
    order by seller, id limit :limit
) o
join catalog.variant v on v.id = o.variant
join catalog.product p on p.id = v.product
order by o.id
