-- name: hits_name_known_versions
-- I21: a hit names the version of the list that it was found with.
select h.bucket, h.id from risk.hit h
where not exists (select from risk.list l where l.name = h.list and l.version = h.version)

-- name: screened_with_known_lists
-- I21: nobody was compared with lists that were never imported.
select bucket, party, generation from risk.screening
where generation > (select coalesce(max(generation), 0) from risk.list)

-- name: listed_names_are_those_counted
-- I21: the names to compare with are all those of the latest version of each list.
select coalesce(l.name, n.list) as list
from (select distinct on (name) name, names from risk.list order by name, generation desc) l
full join (select list, count(*) as names from risk.listed group by list) n on n.list = l.name
where l.names is distinct from n.names
