-- name: latest_versions
-- The latest version of each list.
select distinct on (name) name, version, generation, entries, names, imported_at
from risk.list order by name, generation desc

-- name: known_versions
-- Whether versions of lists were imported before; with the last generation of all.
select name, version, digest, entries, (select max(generation) from risk.list) as generation
from risk.list where name = any(:names::text[])
union all
select null, null, null, null, max(generation) from risk.list

-- name: insert_lists
-- Note that versions were imported.
insert into risk.list (generation, name, version, digest, entries, names, imported_at)
select l.generation, l.name, l.version, decode(l.digest, 'hex'), l.entries, l.names, l.at
from json_to_recordset(:rows) as l (generation int, name text, version text, digest text,
    entries int, names int, at timestamptz)

-- name: forget_names
-- Drop the names of lists that are about to be written anew.
delete from risk.listed where list = any(:lists::text[])

-- name: insert_names
-- Write the names of lists.
insert into risk.listed (list, entry, no, name, digest)
select n.list, n.entry, n.no, n.name, decode(n.digest, 'hex')
from json_to_recordset(:rows) as n (list text, entry text, no int, name text, digest text)

-- name: names
-- The names of lists.
select list, entry, name, digest from risk.listed where list = any(:lists::text[])

-- name: screenings
-- When parties were screened, under which names; and which hits keep them from being paid.
select party, names, generation, null::text as list, null::text as version
from risk.screening where bucket = :bucket and party = any(:parties::bigint[])
union all
select party, null, null, list, version
from risk.hit where bucket = :bucket and party = any(:parties::bigint[])
    and state in ('open', 'confirmed')

-- name: keep_screenings
-- Note which names parties were compared under, and with which generation of the lists.
insert into risk.screening (bucket, party, names, generation, at)
select :bucket, s.party, s.names, s.generation, s.at
from json_to_recordset(:rows)
    as s (party bigint, names text[], generation int, at timestamptz)
order by s.party
on conflict (bucket, party) do update
    set names = excluded.names, generation = excluded.generation, at = excluded.at
    where screening.generation <= excluded.generation

-- name: hits_of
-- All hits of parties.
select id, party, name, list, entry, digest, state from risk.hit
where bucket = :bucket and party = any(:parties::bigint[])

-- name: insert_hits
-- Write new hits.
insert into risk.hit (bucket, id, party, name, list, version, entry, listed_name, digest, score,
    state, found_at, blocked_since)
select :bucket, h.id, h.party, h.name, h.list, h.version, h.entry, h.listed_name,
    decode(h.digest, 'hex'), h.score, 'open', h.at, h.at
from json_to_recordset(:rows) as h (id bigint, party bigint, name text, list text, version text,
    entry text, listed_name text, digest text, score smallint, at timestamptz)
order by h.party, h.list, h.entry, h.name
on conflict do nothing

-- name: move_hits
-- Hits whose name or entry are no more, and those that are there again.
update risk.hit h set state = m.state, blocked_since = m.at
from json_to_recordset(:rows) as m (id bigint, state text, at timestamptz)
where h.bucket = :bucket and h.id = any(:ids::bigint[]) and h.id = m.id

-- name: lock_hits
-- Lock hits in key order.
select id, state, blocked_since from risk.hit
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: decide_hits
-- Write what people decided of hits.
update risk.hit h
set state = d.state, decided_by = d.by, decided_at = d.at, reason = d.reason,
    blocked_since = d.blocked_since
from json_to_recordset(:rows) as d (id bigint, state text, by text, at timestamptz, reason text,
    blocked_since timestamptz)
where h.bucket = :bucket and h.id = any(:ids::bigint[]) and h.id = d.id

-- name: hits
-- Hits in a state, by id.
select id, party, name, list, version, entry, listed_name, score, state, found_at, decided_by,
    decided_at, reason
from risk.hit where state = :state and id > :after order by id limit :limit

-- name: take_in
-- Take sellers in who were never screened, for the next round to compare.
insert into risk.screening (bucket, party, names, generation, at)
select :bucket, p.party, '{}', 0, :now from unnest(:parties::bigint[]) as p (party)
order by p.party
on conflict do nothing

-- name: stale
-- Parties that were compared with older lists.
select party from risk.screening
where bucket = :bucket and generation < :generation order by generation limit :limit
