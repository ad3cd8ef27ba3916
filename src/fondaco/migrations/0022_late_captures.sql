-- An attempt that was said to have failed may turn out to have taken the money after all.
alter table kernel.transition
    drop constraint payment_steps,
    add constraint payment_steps check (machine <> 'payment' or (src, dst, actor) in (
        ('created',  'captured', 'provider'),
        ('created',  'failed',   'provider'),
        ('created',  'voided',   'system'),
        ('voided',   'captured', 'provider'),
        ('failed',   'captured', 'provider'),
        ('captured', 'refunded', 'provider')));
