-- name: lock_statistics
-- The statistics; whoever changes what they count waits here.
select documents, length, average from search.statistics where one for update

-- name: texts
-- What products are found by.
select p.id, p.name, p.description, c.name as category,
    array(select v.name from catalog.variant v where v.product = p.id order by v.id) as variants
from catalog.product p join catalog.category c on c.id = p.category
where p.id = any(:products::bigint[])

-- name: old_documents
-- The texts as they were.
select product, length, terms from search.document where product = any(:products::bigint[])

-- name: drop_weights
-- Forget terms that no longer stand in a text.
delete from search.weight w
where w.term = any(:terms::text[]) and w.product = any(:products::bigint[])
    and (w.term, w.product) in (select * from unnest(:terms::text[], :products::bigint[]))

-- name: put_documents
-- Keep texts as terms.
insert into search.document (product, length, terms, frequencies, average)
select d.product, d.length, d.terms, d.frequencies, :average
from json_to_recordset(:rows) as d (product bigint, length int, terms text[], frequencies int[])
order by d.product
on conflict (product) do update
    set length = excluded.length, terms = excluded.terms, frequencies = excluded.frequencies,
        average = excluded.average

-- name: put_weights
-- Weigh the terms of texts.
insert into search.weight (term, product, weight)
select t.term, d.product, search.bm25(t.frequency, d.length, d.average)
from search.document d
cross join lateral unnest(d.terms, d.frequencies) as t (term, frequency)
where d.product = any(:products::bigint[])
order by t.term, d.product
on conflict (term, product) do update set weight = excluded.weight

-- name: count_terms
-- Terms that stand in more or fewer texts than before.
insert into search.term as t (term, word, documents)
select c.term, c.word, c.documents
from unnest(:terms::text[], :words::text[], :documents::bigint[]) as c (term, word, documents)
order by c.term
on conflict (term) do update set documents = t.documents + excluded.documents

-- name: uncount_terms
-- Terms that stand in fewer texts than before.
update search.term t set documents = t.documents - c.documents
from unnest(:terms::text[], :documents::bigint[]) as c (term, documents)
where t.term = any(:terms::text[]) and t.term = c.term

-- name: set_statistics
-- How many texts there are, their length, and the average that weights are made with.
update search.statistics set documents = :documents, length = :length, average = :average
where one

-- name: stale_documents
-- Texts that were weighed with another average.
select product from search.document
where average < :average or average > :average
order by average, product limit :limit

-- name: set_average
-- The average that these texts are weighed with from now on.
update search.document set average = :average where product = any(:products::bigint[])

-- name: put_listings
-- What markets list of products now; what nobody offers any more goes from the list.
with asked as materialized (
    select distinct * from unnest(:markets::bigint[], :products::bigint[]) as a (market, product)
), listed as materialized (
    select a.market, a.product, p.category, p.created_at, offers.price, offers.sellers
    from asked a
    join catalog.product p on p.id = a.product and p.id = any(:products::bigint[])
    cross join lateral (
        select min(o.price) as price, array_agg(distinct o.seller order by o.seller) as sellers
        from catalog.variant v
        cross join lateral (
            select o.price, o.seller from catalog.offer o
            where o.market = a.market and o.variant = v.id and o.state = 'active' offset 0
        ) o
        where v.product = a.product and (
            select s.state from parties.organisation s where s.id = o.seller
        ) is distinct from 'suspended'
        offset 0
    ) offers
), gone as (
    delete from search.listing l using listed n
    where l.market = any(:markets::bigint[]) and l.product = any(:products::bigint[])
        and l.market = n.market and l.product = n.product and n.sellers is null
)
insert into search.listing (market, product, category, price, sellers, selling, added)
select n.market, n.product, n.category, n.price, n.sellers, cardinality(n.sellers), n.created_at
from listed n where n.sellers is not null order by n.market, n.product
on conflict (market, product) do update
    set price = excluded.price, sellers = excluded.sellers, selling = excluded.selling

-- name: offered_by
-- What a seller offers and where.
select id, market, product from catalog.offer
where seller = :seller and id > :after order by seller, id limit :limit
