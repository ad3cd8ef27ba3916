-- name: taken_slugs
-- Which of these names are taken.
select slug from markets.market where slug = any(:slugs::text[])

-- name: insert_markets
-- Open markets.
insert into markets.market
select m.* from json_populate_recordset(null::markets.market, :rows) as m

-- name: markets
-- Markets by id.
select m.* from markets.market m where m.id = any(:ids::bigint[])

-- name: list_markets
-- Markets in order of opening.
select m.* from markets.market m where m.id > :id order by m.id limit :limit

-- name: market_by_slug
-- One market by its name.
select m.* from markets.market m where m.slug = :slug

-- name: payout_minimums
-- The least that is paid out, by currency.
select currency, min(payout_minimum) as minimum from markets.market
where currency = any(:currencies::text[]) group by currency
