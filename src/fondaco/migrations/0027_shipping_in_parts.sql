-- An order may leave in several parcels. It is paid until the last unit has left, and delivered
-- once all its parcels are. Only such orders keep count: what leaves at once is all of it.
alter table orders.orders add column in_parts boolean not null default false;
alter table orders.line
    add column shipped_units bigint not null default 0
        check (0 <= shipped_units and shipped_units <= quantity);

-- What is in a parcel of an order that leaves in parts; in any other all that was left.
create table shipping.content (
    bucket smallint not null,
    parcel bigint   not null,
    line   smallint not null check (line > 0),
    units  bigint   not null check (units > 0),
    primary key (bucket, parcel, line),
    foreign key (bucket, parcel) references shipping.parcel
);

-- Whoever gives up the units that have not left yet sends what has on its way.
alter table kernel.transition
    drop constraint order_steps,
    add constraint order_steps check (machine <> 'order' or (src, dst, actor) in (
        ('created', 'paid', 'provider'),
        ('created', 'expired', 'system'),
        ('paid', 'shipped', 'seller'),
        ('paid', 'shipped', 'carrier'),
        ('paid', 'shipped', 'operator'),
        ('paid', 'shipped', 'system'),
        ('paid', 'cancelled', 'seller'),
        ('paid', 'cancelled', 'operator'),
        ('paid', 'cancelled', 'system'),
        ('paid', 'cancelled', 'provider'),
        ('paid', 'confirmed', 'operator'),
        ('shipped', 'delivered', 'seller'),
        ('shipped', 'delivered', 'carrier'),
        ('shipped', 'confirmed', 'buyer'),
        ('shipped', 'confirmed', 'operator'),
        ('shipped', 'cancelled', 'seller'),
        ('shipped', 'cancelled', 'operator'),
        ('shipped', 'cancelled', 'provider'),
        ('delivered', 'confirmed', 'buyer'),
        ('delivered', 'confirmed', 'system'),
        ('delivered', 'confirmed', 'operator'),
        ('delivered', 'cancelled', 'seller'),
        ('delivered', 'cancelled', 'operator'),
        ('delivered', 'cancelled', 'provider'),
        ('confirmed', 'cancelled', 'provider'),
        ('confirmed', 'settled', 'system')));
