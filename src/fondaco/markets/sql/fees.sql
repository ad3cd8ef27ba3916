-- name: fee_rules
-- Commission rules and fee policies newer than what is known.
select jsonb_build_object(
    'rules', coalesce((select jsonb_agg(r) from markets.fee_rule r
        where r.revision > :known), '[]'),
    'policies', coalesce((select jsonb_agg(p) from markets.fee_policy p
        where p.revision > :known), '[]')) as news

-- name: insert_fee_rules
-- Add commission rules, under the next revision.
with book as (
    update markets.fee_book set revision = revision + 1
    where json_array_length(:rows) > 0 returning revision
)
insert into markets.fee_rule (id, market, seller, category, product, price_from, price_below,
    numerator, denominator, floor, cap, currency, bounds, valid_from, valid_until, base, revision)
select r.id, r.market, r.seller, r.category, r.product, r.price_from, r.price_below,
    r.numerator, r.denominator, r.floor, r.cap, r.currency, r.bounds, r.valid_from, r.valid_until,
    r.base, book.revision
from json_populate_recordset(null::markets.fee_rule, :rows) as r cross join book

-- name: insert_fee_policies
-- Add fee policies, under the next revision.
with book as (
    update markets.fee_book set revision = revision + 1
    where json_array_length(:rows) > 0 returning revision
)
insert into markets.fee_policy (id, market, vat_numerator, vat_denominator, net_of_tax,
    keep_on_refund, valid_from, revision)
select p.id, p.market, p.vat_numerator, p.vat_denominator, p.net_of_tax, p.keep_on_refund,
    p.valid_from, book.revision
from json_populate_recordset(null::markets.fee_policy, :rows) as p cross join book

-- name: lock_fee_rules
-- Lock commission rules in key order.
select id, base, valid_from, valid_until from markets.fee_rule
where id = any(:ids::bigint[]) order by id for update

-- name: end_fee_rules
-- Say when rules end, under the next revision.
with book as (
    update markets.fee_book set revision = revision + 1
    where json_array_length(:rows) > 0 returning revision
)
update markets.fee_rule r set valid_until = e.valid_until, revision = book.revision
from json_to_recordset(:rows) as e (id bigint, valid_until timestamptz) cross join book
where r.id = any(:ids::bigint[]) and r.id = e.id

-- name: list_fee_rules
-- Commission rules of a market in order of setting.
select id, seller, category, product, numerator, denominator, floor, cap, currency, bounds,
    price_from, price_below, valid_from, valid_until, base
from markets.fee_rule where market = :market and id > :after order by market, id limit :limit
