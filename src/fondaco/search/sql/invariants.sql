-- name: weights_are_of_texts
-- I23: each term of a text has its weight, and nothing else has one.
select product, term, weight, expected
from (
    select d.product, t.term, search.bm25(t.frequency, d.length, d.average) as expected
    from search.document d cross join lateral unnest(d.terms, d.frequencies) as t (term, frequency)
) told full join search.weight w using (product, term)
where w.weight is distinct from told.expected

-- name: terms_are_counted
-- I23: a term is known to stand in as many texts as it does.
select term, t.documents, counted.documents as counted
from search.term t
full join (select term, count(*) as documents from search.weight group by term) counted using (term)
where coalesce(t.documents, -1) <> coalesce(counted.documents, 0)

-- name: texts_are_counted
-- I23: the statistics count the texts and their lengths, and the average is near the true one.
select s.documents, s.length, s.average, counted.documents as counted, counted.length as measured
from search.statistics s
cross join (
    select count(*) as documents, coalesce(sum(length), 0) as length from search.document
) counted
where s.documents <> counted.documents or s.length <> counted.length
    or (counted.length > 0
        and abs(s.average - counted.length / counted.documents::float8) > s.average / 19)

-- name: texts_have_their_length
-- I23: a text is as long as its terms are often.
select product, length from search.document d
where length <> (select coalesce(sum(f), 0) from unnest(d.frequencies) as f)
