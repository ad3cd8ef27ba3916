-- Search: what each term says of each product, and what each market lists.
create schema search;
create extension if not exists pg_trgm;

-- How well a term that stands `frequency` times in a text of `length` describes it: BM25 without
-- the term's rarity. Both are counted in fifths of a word of the name, so 3.0 is a k1 of 0.6; b is
-- one half.
create function search.bm25(frequency int, length int, average float8) returns real
    language sql immutable parallel safe
    return (frequency * 1.6 / (frequency + 3.0 * (0.5 + 0.5 * length / average)))::real;

-- One row: how many texts there are, their length in all, and the average that weights are made
-- with, which follows the true one when that has moved by a twentieth.
create table search.statistics (
    one       boolean primary key default true check (one),
    documents bigint  not null check (documents >= 0),
    length    bigint  not null check (length >= 0),
    average   float8  not null check (average > 0)
);
insert into search.statistics (documents, length, average) values (0, 0, 1);

-- What is known of a term: in how many texts it stands, and a word that it was made of.
create table search.term (
    term      text   primary key,
    word      text   not null,
    documents bigint not null check (documents >= 0)
);
create index term_word on search.term using gin (word gin_trgm_ops);

-- A product's text as terms, with how often each stands there, and the average it was weighed with.
create table search.document (
    product     bigint primary key references catalog.product,
    length      int    not null check (length >= 0),
    terms       text[] not null,
    frequencies int[]  not null check (cardinality(frequencies) = cardinality(terms)),
    average     float8 not null
);
create index document_average on search.document (average, product);

create table search.weight (
    term    text   not null,
    product bigint not null,
    weight  real   not null
);
-- The weight is in the key, so that a query reads one run of the index and no row.
create unique index weight_term on search.weight (term, product) include (weight);

-- What a market lists of a product: its cheapest price and who sells it, of active offers.
create table search.listing (
    market   bigint      not null,
    product  bigint      not null,
    category bigint      not null,
    price    bigint      not null,
    sellers  bigint[]    not null,
    selling  int         not null check (selling = cardinality(sellers) and selling > 0),
    added    timestamptz not null,
    primary key (market, product)
);
create index listing_selling on search.listing (market, selling, product);
create index listing_price on search.listing (market, price, product);
create index listing_added on search.listing (market, added, product);

-- What there is already is told as if it came now. Bucket 0 is in every deployment.
insert into kernel.outbox (bucket, id, topic, root, payload, at)
select 0, id, 'product.added', id, '{}', now() from catalog.product
union all
select 0, id, 'offer.changed', variant,
    json_build_object('market', market, 'product', product), now()
from catalog.offer;
