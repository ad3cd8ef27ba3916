-- name: tax_rates
-- All rates of these countries.
select country, region, tax_class, numerator, denominator, valid_from, valid_until, source
from markets.tax_rate where country = any(:countries::text[])

-- name: upsert_tax_rates
-- Set rates, or correct those of the same day, in the order of their key.
insert into markets.tax_rate (country, region, tax_class, valid_from, valid_until, numerator,
    denominator, source)
select r.country, r.region, r.tax_class, r.valid_from, r.valid_until, r.numerator, r.denominator,
    r.source
from json_populate_recordset(null::markets.tax_rate, :rows) as r
order by r.country, r.region, r.tax_class, r.valid_from
on conflict (country, region, tax_class, valid_from) do update
    set valid_until = excluded.valid_until, numerator = excluded.numerator,
        denominator = excluded.denominator, source = excluded.source
