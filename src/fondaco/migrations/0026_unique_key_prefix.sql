-- People name a key by the beginning of its secret, so no two keys may begin alike.
drop index parties.api_key_prefix;
create unique index api_key_prefix on parties.api_key (prefix);
-- A party's keys are listed page by page.
drop index parties.api_key_party;
create index api_key_party on parties.api_key (party, prefix);
