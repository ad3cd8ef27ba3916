-- Where it is which day: a market's months of invoices and days of tax rates are those of its time
-- zone, an IANA name. It never changes: months that were invoiced would begin elsewhere.
alter table markets.market
    add column time_zone text not null default 'UTC'
        check (timestamptz '2026-01-01 00:00Z' at time zone time_zone is not null);
