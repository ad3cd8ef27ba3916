-- The tax of a purchase: where it goes, who is not charged, and the rate of each line at sale.
alter table orders.purchase
    add column country text not null default '' check (country ~ '^([A-Z]{2})?$'),
    add column region  text not null default '' check (region ~ '^[A-Z0-9-]{0,10}$'),
    add column tax_id  text not null default '' check (length(tax_id) <= 40);
comment on column orders.purchase.country is 'where tax is due; nothing where none is charged';

-- The rate charged: 0 for who is not charged. No rate where the market charges no tax.
alter table orders.line
    add column tax_class       text,
    add column tax_numerator   int check (tax_numerator >= 0),
    add column tax_denominator int check (tax_denominator > 0),
    add constraint rate_is_whole
        check (num_nonnulls(tax_class, tax_numerator, tax_denominator) in (0, 3));
