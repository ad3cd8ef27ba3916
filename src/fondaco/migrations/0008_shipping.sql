-- Shipping: parcels and what carriers say of them.
create schema shipping;

create table shipping.parcel (
    bucket     smallint    not null,
    id         bigint      not null,
    "order"    bigint      not null,
    carrier    text        not null check (length(carrier) between 1 and 100),
    tracking   text        not null check (length(tracking) <= 100),
    state      text        not null check (state in
        ('planned', 'handed_over', 'in_transit', 'delivered', 'exception', 'returned', 'lost')),
    due_at     timestamptz,
    created_at timestamptz not null,
    primary key (bucket, id)
) with (fillfactor = 80);
create index parcel_order on shipping.parcel (bucket, "order", id);
create index parcel_due on shipping.parcel (bucket, due_at) where due_at is not null;

-- Every event as it came, in the order it came; late ones too.
create table shipping.event (
    bucket smallint    not null,
    parcel bigint      not null,
    id     bigint      not null,
    kind   text        not null,
    place  text        not null default '' check (length(place) <= 200),
    at     timestamptz not null,
    primary key (bucket, parcel, id),
    foreign key (bucket, parcel) references shipping.parcel
);

alter table kernel.transition
    add constraint parcel_steps check (machine <> 'parcel' or (
        actor in ('seller', 'carrier', 'system') and (src, dst) in (
            ('planned', 'handed_over'), ('planned', 'in_transit'), ('planned', 'delivered'),
            ('planned', 'exception'), ('handed_over', 'in_transit'), ('handed_over', 'delivered'),
            ('handed_over', 'exception'), ('in_transit', 'delivered'), ('in_transit', 'exception'),
            ('exception', 'delivered'), ('exception', 'returned'), ('exception', 'lost'))));
