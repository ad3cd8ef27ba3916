-- What is held of a seller for a dispute is in the currency that he was paid in.
alter table aftercare.dispute add column held_currency text check (held_currency ~ '^[A-Z]{3}$');
update aftercare.dispute set held_currency = currency;
alter table aftercare.dispute alter column held_currency set not null;
