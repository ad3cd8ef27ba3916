-- A chargeback can take money back that still waits for the rest of its purchase. It waits no
-- longer then: what is set aside for the purchase is lowered until the chargeback is decided.
alter table orders.chargeback
    add column waiting bigint not null default 0,
    add constraint chargeback_waiting check (0 <= waiting and waiting <= covered);
comment on column orders.chargeback.waiting is
    'of what is covered: what waited for the rest of its purchase, given back if it is won';
