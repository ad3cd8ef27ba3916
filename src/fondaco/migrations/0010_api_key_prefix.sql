-- A key is revoked by the beginning of its secret, which people see.
create index api_key_prefix on parties.api_key (prefix);
