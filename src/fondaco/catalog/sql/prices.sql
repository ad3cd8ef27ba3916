-- name: set_prices
-- Price offers in further currencies, in the order of their key; no price takes it off the list.
with asked as materialized (
    select p.* from json_to_recordset(:rows)
        as p (offer bigint, currency text, price bigint, shipping bigint, at timestamptz)
), gone as (
    delete from catalog.offer_price p using asked a
    where p.bucket = :bucket and p.offer = any(array(select offer from asked))
        and p.offer = a.offer and p.currency = a.currency and a.price is null
)
insert into catalog.offer_price (bucket, offer, currency, price, shipping, updated_at)
select :bucket, a.offer, a.currency, a.price, a.shipping, a.at
from asked a where a.price is not null order by a.offer, a.currency
on conflict (bucket, offer, currency) do update
    set price = excluded.price, shipping = excluded.shipping, updated_at = excluded.updated_at

-- name: offer_prices
-- Prices of these offers in these currencies.
select offer, currency, price, shipping from catalog.offer_price
where bucket = any(:buckets::smallint[]) and offer = any(:offers::bigint[])
    and currency = any(:currencies::text[])
