-- name: known_terms
-- What is known of these terms.
select term, word, documents from search.term
where term = any(:terms::text[]) and documents > 0

-- name: counts
-- How many texts there are.
select documents from search.statistics where one

-- name: alike
-- Words that are written like these, the likest first.
select a.word as asked, t.term, t.word, t.documents
from unnest(:words::text[]) as a (word)
cross join lateral (
    select t.term, t.word, t.documents from search.term t
    where t.word % a.word and t.documents > 0
    order by similarity(t.word, a.word) desc, t.documents desc, t.term limit :limit
) t

-- name: matches
-- The products that a market lists for these terms, the best first. Usual terms find nothing of
-- their own: they are looked up for what the others found.
with scored as (
    select w.product, sum(w.weight * a.rarity) as score, count(*) as held
    from unnest(:terms::text[], :rarities::float8[]) as a (term, rarity)
    cross join lateral (
        select w.product, w.weight from search.weight w where w.term = a.term offset 0
    ) w
    group by w.product
), listed as materialized (
    select s.product, s.score, s.held, l.category, l.price, l.sellers, l.added
    from (select * from scored order by score desc, product desc offset 0) s
    cross join lateral (
        select * from search.listing l where l.market = :market and l.product = s.product offset 0
    ) l
    where (:categories::bigint[] is null or l.category = any(:categories::bigint[]))
        and l.price between :low and :high
        and (not :in_stock or exists (
            select from catalog.variant v
            join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
            join stock.level s on s.bucket = o.bucket and s.offer = o.id
            where v.product = l.product and s.on_hand > s.reserved
        ))
    limit :limit
)
select l.product, l.score + coalesce(u.score, 0) as score, l.held + u.held as held,
    l.category, l.price, l.sellers, l.added
from listed l
cross join lateral (
    select sum(w.weight * a.rarity) as score, count(*) as held
    from unnest(:usual::text[], :usual_rarities::float8[]) as a (term, rarity)
    cross join lateral (
        select w.weight from search.weight w
        where w.term = a.term and w.product = l.product offset 0
    ) w
    offset 0
) u

-- name: listed_widely
-- What a market lists, what most sellers sell first.
select l.product, 0::float8 as score, 0::bigint as held, l.category, l.price, l.sellers, l.added
from (
    select * from search.listing where market = :market
    order by market desc, selling desc, product desc offset 0
) l
where (:categories::bigint[] is null or l.category = any(:categories::bigint[]))
    and l.price between :low and :high
    and (not :in_stock or exists (
        select from catalog.variant v
        join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        join stock.level s on s.bucket = o.bucket and s.offer = o.id
        where v.product = l.product and s.on_hand > s.reserved
    ))
limit :limit

-- name: listed_cheap
-- What a market lists, the cheapest first.
select l.product, 0::float8 as score, 0::bigint as held, l.category, l.price, l.sellers, l.added
from (
    select * from search.listing where market = :market and price between :low and :high
    order by market, price, product offset 0
) l
where (:categories::bigint[] is null or l.category = any(:categories::bigint[]))
    and (not :in_stock or exists (
        select from catalog.variant v
        join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        join stock.level s on s.bucket = o.bucket and s.offer = o.id
        where v.product = l.product and s.on_hand > s.reserved
    ))
limit :limit

-- name: listed_dear
-- What a market lists, the dearest first.
select l.product, 0::float8 as score, 0::bigint as held, l.category, l.price, l.sellers, l.added
from (
    select * from search.listing where market = :market and price between :low and :high
    order by market desc, price desc, product desc offset 0
) l
where (:categories::bigint[] is null or l.category = any(:categories::bigint[]))
    and (not :in_stock or exists (
        select from catalog.variant v
        join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        join stock.level s on s.bucket = o.bucket and s.offer = o.id
        where v.product = l.product and s.on_hand > s.reserved
    ))
limit :limit

-- name: listed_new
-- What a market lists, the newest first.
select l.product, 0::float8 as score, 0::bigint as held, l.category, l.price, l.sellers, l.added
from (
    select * from search.listing where market = :market
    order by market desc, added desc, product desc offset 0
) l
where (:categories::bigint[] is null or l.category = any(:categories::bigint[]))
    and l.price between :low and :high
    and (not :in_stock or exists (
        select from catalog.variant v
        join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        join stock.level s on s.bucket = o.bucket and s.offer = o.id
        where v.product = l.product and s.on_hand > s.reserved
    ))
limit :limit

-- name: cards
-- Products as they are sold in a market at this moment.
select p.id, p.slug, p.name, p.images, p.category, offers.price, offers.sellers
from catalog.product p
cross join lateral (
    select min(o.price) as price, count(distinct o.seller) as sellers
    from catalog.variant v
    join catalog.offer o on o.market = :market and o.variant = v.id and o.state = 'active'
        and (
            select s.state from parties.organisation s where s.id = o.seller
        ) is distinct from 'suspended'
    where v.product = p.id
) offers
where p.id = any(:products::bigint[]) and offers.sellers > 0

-- name: names
-- The names of categories and sellers.
select id, name from catalog.category where id = any(:ids::bigint[])
union all
select id, name from parties.organisation where id = any(:ids::bigint[])

-- name: below
-- A category and those below it, itself first.
with recursive tree (id, depth) as (
    select id, 0 from catalog.category where id = :category
    union all
    select c.id, t.depth + 1 from tree t join catalog.category c on c.parent = t.id
    where t.depth < 100
)
select id from tree order by depth, id
