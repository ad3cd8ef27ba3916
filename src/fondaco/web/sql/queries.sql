-- name: cards
-- The first products on offer in a market: cheapest price and how many sellers, with the
-- department (topmost category) that each stands in.
with recursive department as (
    select id, id as top, name from catalog.category where parent is null
    union all
    select c.id, d.top, d.name from catalog.category c join department d on c.parent = d.id
)
select p.name, p.images, offers.price, offers.sellers, d.top, d.name as department
from (select id, name, images, category from catalog.product order by id limit :limit) p
join department d on d.id = p.category
cross join lateral (
    select min(o.price) as price, count(distinct o.seller) as sellers
    from catalog.variant v
    join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        and not exists (
            select from parties.organisation s where s.id = o.seller and s.state = 'suspended'
        )
    where v.product = p.id
) offers
where offers.sellers > 0
order by d.top, p.id
