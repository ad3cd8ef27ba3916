-- name: exchanges
-- What was exchanged for these orders, which are locked.
select "order", seller, currency, amount, into_currency, into_amount, numerator, denominator,
    back, into_back, gain, at
from payments.exchange where bucket = :bucket and "order" = any(:orders::bigint[])

-- name: keep_exchanges
-- Keep new exchanges, and what became of those that there are.
insert into payments.exchange (bucket, "order", seller, currency, amount, into_currency,
    into_amount, numerator, denominator, back, into_back, gain, at)
select :bucket, e."order", e.seller, e.currency, e.amount, e.into_currency, e.into_amount,
    e.numerator, e.denominator, e.back, e.into_back, e.gain, e.at
from json_to_recordset(:rows)
    as e ("order" bigint, seller bigint, currency text, amount bigint, into_currency text,
          into_amount bigint, numerator numeric, denominator numeric, back bigint,
          into_back bigint, gain bigint, at timestamptz)
order by e."order"
on conflict (bucket, "order") do update
    set back = excluded.back, into_back = excluded.into_back, gain = excluded.gain
