-- name: fx_rates_of_days
-- Rates of these currencies against these bases on these days.
select currency, base, on_date, numerator, denominator from markets.fx_rate
where currency = any(:currencies::text[]) and base = any(:bases::text[])
    and on_date = any(:days::date[])

-- name: fx_rates
-- Rates of these currencies of the last days, against whatever base.
select base, currency, on_date, numerator, denominator from markets.fx_rate
where currency = any(:currencies::text[]) and on_date between :since::date and :on::date

-- name: upsert_fx_rates
-- Set rates, or correct those of the same day, in the order of their key.
insert into markets.fx_rate (currency, base, on_date, numerator, denominator, source)
select r.currency, r.base, r.on_date, r.numerator, r.denominator, r.source
from json_populate_recordset(null::markets.fx_rate, :rows) as r
order by r.currency, r.base, r.on_date
on conflict (currency, base, on_date) do update
    set numerator = excluded.numerator, denominator = excluded.denominator,
        source = excluded.source
