-- name: businesses
-- Who markets' operators and sellers are.
select party, name, address, country, tax_id, prefix from billing.business
where party = any(:parties::bigint[])

-- name: prefixes
-- Whose documents' numbers begin so.
select prefix, party from billing.business where prefix = any(:prefixes::text[]) and prefix <> ''

-- name: keep_businesses
-- Say who parties are, in place of what was said before.
insert into billing.business
    (party, name, address, country, tax_id, prefix, since, set_by, set_at)
select b.party, b.name, b.address, b.country, b.tax_id, b.prefix, b.at, b.by, b.at
from json_to_recordset(:rows)
    as b (party bigint, name text, address text, country text, tax_id text, prefix text,
          by text, at timestamptz)
order by b.party
on conflict (party) do update
    set name = excluded.name, address = excluded.address, country = excluded.country,
        tax_id = excluded.tax_id, prefix = excluded.prefix, set_by = excluded.set_by,
        set_at = excluded.set_at

-- name: lock_issuers
-- Lock who runs markets, in key order: who issues documents of a market does so alone.
select party, name, address, country, tax_id, prefix from billing.business
where party = any(:markets::bigint[]) and prefix <> ''
order by party for update

-- name: issued_to
-- What was issued to sellers.
select market, seller, month, currency, kind, number from billing.document
where seller = any(:sellers::bigint[])

-- name: last_numbers
-- The last numbers that were given.
select prefix, kind, year, last from billing.series where prefix = any(:prefixes::text[])

-- name: keep_last_numbers
-- Note the last numbers that were given.
insert into billing.series (prefix, kind, year, last)
select s.prefix, s.kind, s.year, s.last
from json_to_recordset(:rows) as s (prefix text, kind text, year smallint, last int)
order by s.prefix, s.kind, s.year
on conflict (prefix, kind, year) do update set last = excluded.last

-- name: insert_documents
-- Issue documents.
insert into billing.document (id, number, kind, prefix, year, no, market, seller, month, currency,
    net, vat, issuer, recipient, issued_by, issued_at)
select d.id, d.number, d.kind, d.prefix, d.year, d.no, d.market, d.seller, d.month, d.currency,
    d.net, d.vat, d.issuer, d.recipient, d.by, d.at
from json_to_recordset(:rows)
    as d (id bigint, number text, kind text, prefix text, year smallint, no int, market bigint,
          seller bigint, month date, currency text, net bigint, vat bigint, issuer jsonb,
          recipient jsonb, by text, at timestamptz)

-- name: insert_lines
-- Write what documents are made of.
insert into billing.line
    (document, no, what, about, quantity, vat_numerator, vat_denominator, net, vat)
select l.document, l.no, l.what, l.about, l.quantity, l.vat_numerator, l.vat_denominator, l.net,
    l.vat
from json_to_recordset(:rows)
    as l (document bigint, no int, what text, about text, quantity int, vat_numerator int,
          vat_denominator int, net bigint, vat bigint)

-- name: documents_of
-- A seller's documents, latest first.
select id, number, kind, market, month, currency, net, vat, issued_at from billing.document
where seller = :seller and id < :before order by seller desc, id desc limit :limit

-- name: document_numbered
-- A document by its number.
select id, number, kind, market, seller, month, currency, net, vat, issuer, recipient, issued_at
from billing.document where number = :number

-- name: lines_of
-- What a document is made of.
select what, about, quantity, vat_numerator, vat_denominator, net, vat from billing.line
where document = :document order by document, no

-- name: issuers
-- Markets whose operator is known, since when, and the last month that was invoiced whole.
select b.party as market, b.since, m.month as billed
from billing.business b
left join lateral (
    select month from billing.month where market = b.party order by market desc, month desc limit 1
) m on true
where b.prefix <> ''
order by b.party

-- name: note_month
-- Note that a month of a market is invoiced whole.
insert into billing.month (market, month, done_at) values (:market, :month, :now)
on conflict do nothing
