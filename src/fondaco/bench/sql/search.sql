-- name: make_texts
-- The same products for PostgreSQL's own search.
create table bench_text as
select id, to_tsvector('english', name) as words from catalog.product

-- name: index_texts
-- An index for it.
create index on bench_text using gin (words)

-- name: match_all
-- The products that have every word, the best first.
select t.id from bench_text t, plainto_tsquery('english', :text) as asked
where t.words @@ asked order by ts_rank(t.words, asked) desc, t.id limit 10
