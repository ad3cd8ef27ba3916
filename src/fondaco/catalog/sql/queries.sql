-- name: known_categories
-- Categories that have one of these names or ids.
select id, slug from catalog.category
where slug = any(:slugs::text[]) or id = any(:ids::bigint[])

-- name: insert_categories
-- Add categories.
insert into catalog.category
select c.* from json_populate_recordset(null::catalog.category, :rows) as c

-- name: taken_names
-- Which product names and SKUs are taken.
select 'slug ' || slug as name from catalog.product where slug = any(:slugs::text[])
union all
select 'sku ' || sku from catalog.variant where sku = any(:skus::text[])

-- name: insert_products
-- Add products.
insert into catalog.product
select p.* from json_populate_recordset(null::catalog.product, :rows) as p

-- name: insert_variants
-- Add variants.
insert into catalog.variant
select v.* from json_populate_recordset(null::catalog.variant, :rows) as v

-- name: variant_products
-- Each variant's product, with its category and tax class.
select v.id, v.product,
    (select category from catalog.product p where p.id = v.product) as category,
    (select tax_class from catalog.product p where p.id = v.product) as tax_class
from catalog.variant v where v.id = any(:ids::bigint[])

-- name: upsert_offers
-- Make offers, or change those that stand.
insert into catalog.offer (bucket, id, market, seller, variant, product, category, condition,
    currency, price, shipping, state, created_at, updated_at, tax_class)
select :bucket, o.id, o.market, o.seller, o.variant, o.product, o.category, o.condition,
    o.currency, o.price, o.shipping, o.state, o.at, o.at, o.tax_class
from json_to_recordset(:rows)
    as o (id bigint, market bigint, seller bigint, variant bigint, product bigint,
          category bigint, condition text, currency text, price bigint, shipping bigint, state text,
          at timestamptz, tax_class text)
order by o.market, o.variant, o.seller, o.condition
on conflict (bucket, market, variant, seller, condition) do update
    set price = excluded.price, shipping = excluded.shipping, state = excluded.state,
        updated_at = excluded.updated_at, tax_class = excluded.tax_class
returning id, market, variant, seller, condition

-- name: offers
-- Offers by id, as they stand.
select id, market, seller, variant, category, currency, price, shipping,
    state = 'active' as active, product, tax_class
from catalog.offer
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: market_offers
-- Offers of a market with what they are for.
select o.id, o.seller, o.variant, o.condition, o.currency, o.price, o.shipping, o.state,
    v.sku, v.name as variant_name, v.image, p.id as product, p.name as product_name
from catalog.offer o join catalog.variant v on v.id = o.variant
join catalog.product p on p.id = v.product
where o.market = :market and o.id > :after order by o.market, o.id limit :limit

-- name: seller_offers
-- Offers of one seller in a market with what they are for.
select o.id, o.seller, o.variant, o.condition, o.currency, o.price, o.shipping, o.state,
    v.sku, v.name as variant_name, v.image, p.id as product, p.name as product_name
from catalog.offer o join catalog.variant v on v.id = o.variant
join catalog.product p on p.id = v.product
where o.seller = :seller and o.market = :market and o.id > :after
order by o.seller, o.id limit :limit

-- name: variant_offers
-- The cheapest active offers of each variant.
select o.id, o.seller, o.variant, o.condition, o.currency, o.price, o.shipping
from unnest(:variants::bigint[]) as asked (variant)
cross join lateral (
    select * from catalog.offer o
    where o.market = :market and o.variant = asked.variant and o.state = 'active'
    order by o.price, o.id limit :limit
) o

-- name: category_tax_classes
-- The tax class of each category.
select id, tax_class from catalog.category where id = any(:ids::bigint[])

-- name: lineage
-- The ancestors of categories, each with how far up it stands; a category stands at 0 of itself.
with recursive line (category, id, parent, depth) as (
    select c.id, c.id, c.parent, 0 from catalog.category c where c.id = any(:ids::bigint[])
    union all
    select line.category, c.id, c.parent, line.depth + 1
    from line join catalog.category c on c.id = line.parent
    where line.depth < 100
)
select category, array_agg(id order by depth) as path from line group by category

-- name: list_categories
-- Categories in order of adding.
select id, slug, name, parent, tax_class
from catalog.category where id > :after order by id limit :limit

-- name: list_products
-- Products in order of adding.
select id, slug, name, description, category, images, created_at
from catalog.product where id > :after order by id limit :limit

-- name: category_products
-- Products of a category in order of adding.
select id, slug, name, description, category, images, created_at
from catalog.product where category = :category and id > :after
order by category, id limit :limit

-- name: product
-- One product.
select id, slug, name, description, category, images, created_at
from catalog.product where id = :id

-- name: product_by_slug
-- One product, by the name in its address.
select id, slug, name, description, category, images, created_at
from catalog.product where slug = :slug

-- name: categories
-- Categories by id.
select id, slug, name, parent from catalog.category where id = any(:ids::bigint[])

-- name: variants
-- Variants of products.
select id, product, sku, name, image, weight_g from catalog.variant
where product = any(:products::bigint[]) order by product, id

-- name: named
-- Which of these categories and products there are.
select true as category, id from catalog.category where id = any(:categories::bigint[])
union all
select false, id from catalog.product where id = any(:products::bigint[])

-- name: products_of
-- The product of each variant.
select id, product from catalog.variant where id = any(:ids::bigint[])
