-- The schema that the migrations in src/fondaco/migrations make, as pg_dump tells it. A test
-- compares; after a change write it anew: FONDACO_WRITE_SCHEMA=1 .venv/bin/pytest tests/migrations

CREATE SCHEMA aftercare;

CREATE SCHEMA billing;

CREATE SCHEMA campaigns;

CREATE SCHEMA catalog;

CREATE SCHEMA kernel;

CREATE SCHEMA ledger;

CREATE SCHEMA markets;

CREATE SCHEMA orders;

CREATE SCHEMA parties;

CREATE SCHEMA payments;

CREATE SCHEMA risk;

CREATE SCHEMA search;

CREATE SCHEMA shipping;

CREATE SCHEMA stock;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION aftercare.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if tg_op = 'UPDATE' and new.text = 'erased' and new.files = '[]'
        and (new.bucket, new.purchase, new.dispute, new.id, new.party, new.at)
            = (old.bucket, old.purchase, old.dispute, old.id, old.party, old.at) then
        return new;
    end if;
    raise exception 'evidence is kept as it was given' using errcode = 'integrity_constraint_violation';
end $$;

CREATE FUNCTION billing.never_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'a document that was issued never changes';
end
$$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'the journal is append-only: reverse a posting with a new one'
        using errcode = 'integrity_constraint_violation';
end $$;

CREATE FUNCTION payments.keep_to_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'payout % is in a payment file for ever', old.id;
end
$$;

CREATE FUNCTION search.bm25(frequency integer, length integer, average double precision) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((((frequency)::numeric * 1.6))::double precision / ((frequency)::double precision + ((3.0)::double precision * ((0.5)::double precision + (((0.5 * (length)::numeric))::double precision / average))))))::real;

CREATE TABLE aftercare.dispute (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    id bigint NOT NULL,
    "order" bigint NOT NULL,
    seller bigint NOT NULL,
    buyer bigint NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL,
    return bigint,
    amount bigint NOT NULL,
    held bigint NOT NULL,
    state text NOT NULL,
    reply_days smallint NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    at_operators_cost boolean DEFAULT false NOT NULL,
    ruling text DEFAULT ''::text NOT NULL,
    settled_by bigint,
    due_at timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    held_currency text NOT NULL,
    CONSTRAINT dispute_amount_check CHECK ((amount > 0)),
    CONSTRAINT dispute_check CHECK ((purchase = (("order" >> 6) << 6))),
    CONSTRAINT dispute_check1 CHECK (((0 <= refunded) AND (refunded <= amount))),
    CONSTRAINT dispute_check2 CHECK (((state = ANY (ARRAY['ruled'::text, 'closed'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT dispute_check3 CHECK (((state = 'ruled'::text) = (settled_by IS NOT NULL))),
    CONSTRAINT dispute_check4 CHECK (((refunded = 0) OR (state = 'ruled'::text))),
    CONSTRAINT dispute_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT dispute_held_check CHECK ((held >= 0)),
    CONSTRAINT dispute_held_currency_check CHECK ((held_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT dispute_kind_check CHECK ((kind = ANY (ARRAY['not_received'::text, 'not_as_described'::text]))),
    CONSTRAINT dispute_ruling_check CHECK ((length(ruling) <= 2000)),
    CONSTRAINT dispute_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'under_review'::text, 'ruled'::text, 'closed'::text])))
);

COMMENT ON COLUMN aftercare.dispute.return IS 'the declined return that it is about';

COMMENT ON COLUMN aftercare.dispute.held IS 'of a settled order: kept of its seller''s until it is closed';

CREATE TABLE aftercare.evidence (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    dispute bigint NOT NULL,
    id bigint NOT NULL,
    party text NOT NULL,
    text text NOT NULL,
    files jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_check CHECK (((text <> ''::text) OR (jsonb_array_length(files) > 0))),
    CONSTRAINT evidence_files_check CHECK ((jsonb_typeof(files) = 'array'::text)),
    CONSTRAINT evidence_party_check CHECK ((party = ANY (ARRAY['buyer'::text, 'seller'::text, 'operator'::text]))),
    CONSTRAINT evidence_text_check CHECK ((length(text) <= 5000))
);

CREATE TABLE aftercare.policy (
    market bigint NOT NULL,
    window_days smallint NOT NULL,
    decide_days smallint NOT NULL,
    send_days smallint NOT NULL,
    transit_days smallint NOT NULL,
    inspect_days smallint NOT NULL,
    shipping_back boolean NOT NULL,
    set_at timestamp with time zone NOT NULL,
    dispute_days smallint DEFAULT 30 NOT NULL,
    answer_days smallint DEFAULT 3 NOT NULL,
    reply_days smallint DEFAULT 7 NOT NULL,
    CONSTRAINT policy_answer_days_check CHECK (((answer_days >= 1) AND (answer_days <= 365))),
    CONSTRAINT policy_decide_days_check CHECK (((decide_days >= 1) AND (decide_days <= 365))),
    CONSTRAINT policy_dispute_days_check CHECK (((dispute_days >= 0) AND (dispute_days <= 3650))),
    CONSTRAINT policy_inspect_days_check CHECK (((inspect_days >= 1) AND (inspect_days <= 365))),
    CONSTRAINT policy_reply_days_check CHECK (((reply_days >= 1) AND (reply_days <= 365))),
    CONSTRAINT policy_send_days_check CHECK (((send_days >= 1) AND (send_days <= 365))),
    CONSTRAINT policy_transit_days_check CHECK (((transit_days >= 1) AND (transit_days <= 365))),
    CONSTRAINT policy_window_days_check CHECK (((window_days >= 0) AND (window_days <= 3650)))
);

CREATE TABLE aftercare.return (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    id bigint NOT NULL,
    "order" bigint NOT NULL,
    seller bigint NOT NULL,
    buyer bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    carrier text DEFAULT ''::text NOT NULL,
    tracking text DEFAULT ''::text NOT NULL,
    send_days smallint NOT NULL,
    transit_days smallint NOT NULL,
    inspect_days smallint NOT NULL,
    shipping_back boolean NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    settled_by bigint,
    due_at timestamp with time zone,
    requested_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT return_carrier_check CHECK ((length(carrier) <= 100)),
    CONSTRAINT return_check CHECK ((purchase = (("order" >> 6) << 6))),
    CONSTRAINT return_check1 CHECK (((state = ANY (ARRAY['declined'::text, 'inspected'::text, 'closed'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT return_check2 CHECK (((state = 'inspected'::text) = (settled_by IS NOT NULL))),
    CONSTRAINT return_check3 CHECK (((refunded = 0) OR (state = 'inspected'::text))),
    CONSTRAINT return_check4 CHECK (((state <> 'declined'::text) OR (decision <> ''::text))),
    CONSTRAINT return_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT return_decision_check CHECK ((length(decision) <= 2000)),
    CONSTRAINT return_note_check CHECK ((length(note) <= 2000)),
    CONSTRAINT return_reason_check CHECK ((reason = ANY (ARRAY['changed_mind'::text, 'damaged'::text, 'defective'::text, 'wrong_item'::text, 'not_as_described'::text, 'other'::text]))),
    CONSTRAINT return_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT return_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'declined'::text, 'shipped'::text, 'received'::text, 'inspected'::text, 'closed'::text]))),
    CONSTRAINT return_tracking_check CHECK ((length(tracking) <= 100))
);

COMMENT ON COLUMN aftercare.return.settled_by IS 'the command whose refund it is';

CREATE TABLE aftercare.return_line (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    return bigint NOT NULL,
    line smallint NOT NULL,
    units bigint NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    deduction bigint DEFAULT 0 NOT NULL,
    restocked bigint DEFAULT 0 NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT return_line_check CHECK (((0 <= accepted) AND (accepted <= units))),
    CONSTRAINT return_line_check1 CHECK (((0 <= restocked) AND (restocked <= accepted))),
    CONSTRAINT return_line_check2 CHECK (((accepted > 0) OR ((deduction = 0) AND (refunded = 0)))),
    CONSTRAINT return_line_check3 CHECK ((((accepted = units) AND (deduction = 0)) OR ((accepted = 0) AND (deduction = 0)) OR (note <> ''::text))),
    CONSTRAINT return_line_deduction_check CHECK ((deduction >= 0)),
    CONSTRAINT return_line_line_check CHECK ((line > 0)),
    CONSTRAINT return_line_note_check CHECK ((length(note) <= 2000)),
    CONSTRAINT return_line_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT return_line_units_check CHECK ((units > 0))
);

COMMENT ON COLUMN aftercare.return_line.deduction IS 'of what would go back for it, kept by the seller';

CREATE TABLE billing.business (
    party bigint NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    country text NOT NULL,
    tax_id text DEFAULT ''::text NOT NULL,
    prefix text DEFAULT ''::text NOT NULL,
    since timestamp with time zone NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT business_address_check CHECK (((length(address) >= 1) AND (length(address) <= 500))),
    CONSTRAINT business_check CHECK ((set_at >= since)),
    CONSTRAINT business_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT business_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT business_prefix_check CHECK ((prefix ~ '^([A-Z0-9][A-Z0-9-]{0,19})?$'::text)),
    CONSTRAINT business_set_by_check CHECK (((length(set_by) >= 1) AND (length(set_by) <= 200))),
    CONSTRAINT business_tax_id_check CHECK ((length(tax_id) <= 30))
);

COMMENT ON COLUMN billing.business.party IS 'a market, for whoever runs it, or a seller';

COMMENT ON COLUMN billing.business.prefix IS 'how the numbers of a market''s documents begin';

COMMENT ON COLUMN billing.business.since IS 'when it was said first: months that ended before are not invoiced unasked';

CREATE TABLE billing.document (
    id bigint NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    prefix text NOT NULL,
    year smallint NOT NULL,
    no integer NOT NULL,
    market bigint NOT NULL,
    seller bigint NOT NULL,
    month date NOT NULL,
    currency text NOT NULL,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    issuer jsonb NOT NULL,
    recipient jsonb NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT document_check CHECK (((net + vat) > 0)),
    CONSTRAINT document_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT document_issued_by_check CHECK (((length(issued_by) >= 1) AND (length(issued_by) <= 200))),
    CONSTRAINT document_issuer_check CHECK ((jsonb_typeof(issuer) = 'object'::text)),
    CONSTRAINT document_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT document_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT document_net_check CHECK ((net >= 0)),
    CONSTRAINT document_no_check CHECK ((no > 0)),
    CONSTRAINT document_recipient_check CHECK ((jsonb_typeof(recipient) = 'object'::text)),
    CONSTRAINT document_vat_check CHECK ((vat >= 0))
);

CREATE TABLE billing.line (
    document bigint NOT NULL,
    no integer NOT NULL,
    what text NOT NULL,
    about text NOT NULL,
    quantity integer NOT NULL,
    vat_numerator integer NOT NULL,
    vat_denominator integer NOT NULL,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    CONSTRAINT line_about_check CHECK ((length(about) <= 200)),
    CONSTRAINT line_net_check CHECK ((net >= 0)),
    CONSTRAINT line_no_check CHECK ((no > 0)),
    CONSTRAINT line_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT line_vat_check CHECK ((vat >= 0)),
    CONSTRAINT line_vat_denominator_check CHECK ((vat_denominator > 0)),
    CONSTRAINT line_vat_numerator_check CHECK ((vat_numerator >= 0)),
    CONSTRAINT line_what_check CHECK ((what = ANY (ARRAY['commission'::text, 'one_off'::text, 'subscription'::text, 'penalty'::text])))
);

COMMENT ON COLUMN billing.line.quantity IS 'of commission: on how many orders';

CREATE TABLE billing.month (
    market bigint NOT NULL,
    month date NOT NULL,
    done_at timestamp with time zone NOT NULL,
    CONSTRAINT month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

CREATE TABLE billing.series (
    prefix text NOT NULL,
    kind text NOT NULL,
    year smallint NOT NULL,
    last integer NOT NULL,
    CONSTRAINT series_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT series_last_check CHECK ((last > 0)),
    CONSTRAINT series_year_check CHECK (((year >= 2000) AND (year <= 2999)))
);

CREATE TABLE campaigns.buyer_counter (
    bucket smallint NOT NULL,
    campaign bigint NOT NULL,
    buyer bigint NOT NULL,
    uses bigint NOT NULL,
    most_uses bigint NOT NULL,
    CONSTRAINT buyer_counter_check CHECK ((uses <= most_uses)),
    CONSTRAINT buyer_counter_uses_check CHECK ((uses >= 0))
)
WITH (fillfactor='90');

CREATE TABLE campaigns.campaign (
    id bigint NOT NULL,
    market bigint NOT NULL,
    owner bigint,
    name text NOT NULL,
    code text,
    currency text NOT NULL,
    kind text NOT NULL,
    scope_seller bigint,
    scope_category bigint,
    scope_product bigint,
    scope_offer bigint,
    amount bigint,
    numerator integer,
    denominator integer NOT NULL,
    cap bigint,
    minimum bigint NOT NULL,
    repeating boolean NOT NULL,
    funding_seller integer NOT NULL,
    funding_platform integer NOT NULL,
    most_uses bigint,
    most_uses_per_buyer bigint,
    budget bigint,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    stage smallint NOT NULL,
    exclusive_group text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT campaign_amount_check CHECK ((amount > 0)),
    CONSTRAINT campaign_budget_check CHECK ((budget > 0)),
    CONSTRAINT campaign_cap_check CHECK ((cap > 0)),
    CONSTRAINT campaign_check CHECK ((starts_at < ends_at)),
    CONSTRAINT campaign_check1 CHECK (((num_nonnulls(amount, numerator) = 1) AND (numerator <= denominator))),
    CONSTRAINT campaign_check2 CHECK (((NOT repeating) OR ((amount IS NOT NULL) AND (minimum > 0)))),
    CONSTRAINT campaign_check3 CHECK (((funding_seller + funding_platform) > 0)),
    CONSTRAINT campaign_check4 CHECK (((owner IS NULL) OR ((scope_seller = owner) AND (funding_platform = 0)))),
    CONSTRAINT campaign_code_check CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'::text)),
    CONSTRAINT campaign_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT campaign_denominator_check CHECK ((denominator > 0)),
    CONSTRAINT campaign_funding_platform_check CHECK ((funding_platform >= 0)),
    CONSTRAINT campaign_funding_seller_check CHECK ((funding_seller >= 0)),
    CONSTRAINT campaign_kind_check CHECK ((kind = ANY (ARRAY['item'::text, 'order'::text, 'shipping'::text]))),
    CONSTRAINT campaign_minimum_check CHECK ((minimum >= 0)),
    CONSTRAINT campaign_most_uses_check CHECK ((most_uses > 0)),
    CONSTRAINT campaign_most_uses_per_buyer_check CHECK ((most_uses_per_buyer > 0)),
    CONSTRAINT campaign_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT campaign_numerator_check CHECK ((numerator > 0)),
    CONSTRAINT campaign_stage_check CHECK ((stage >= 0))
);

COMMENT ON COLUMN campaigns.campaign.owner IS 'the seller whose own it is; null: the operator''s';

CREATE TABLE campaigns.counter (
    bucket smallint NOT NULL,
    campaign bigint NOT NULL,
    uses bigint DEFAULT 0 NOT NULL,
    spent bigint DEFAULT 0 NOT NULL,
    most_uses bigint,
    budget bigint,
    ended_at timestamp with time zone,
    CONSTRAINT counter_check CHECK ((uses <= most_uses)),
    CONSTRAINT counter_check1 CHECK ((spent <= budget)),
    CONSTRAINT counter_spent_check CHECK ((spent >= 0)),
    CONSTRAINT counter_uses_check CHECK ((uses >= 0))
)
WITH (fillfactor='50');

CREATE TABLE campaigns.redemption (
    bucket smallint NOT NULL,
    campaign bigint NOT NULL,
    purchase bigint NOT NULL,
    buyer bigint NOT NULL,
    goods_seller_off bigint NOT NULL,
    goods_platform_off bigint NOT NULL,
    shipping_seller_off bigint NOT NULL,
    shipping_platform_off bigint NOT NULL,
    redeemed_at timestamp with time zone NOT NULL,
    returned_at timestamp with time zone,
    CONSTRAINT redemption_check CHECK (((((goods_seller_off + goods_platform_off) + shipping_seller_off) + shipping_platform_off) > 0)),
    CONSTRAINT redemption_goods_platform_off_check CHECK ((goods_platform_off >= 0)),
    CONSTRAINT redemption_goods_seller_off_check CHECK ((goods_seller_off >= 0)),
    CONSTRAINT redemption_shipping_platform_off_check CHECK ((shipping_platform_off >= 0)),
    CONSTRAINT redemption_shipping_seller_off_check CHECK ((shipping_seller_off >= 0))
)
WITH (fillfactor='90');

COMMENT ON COLUMN campaigns.redemption.returned_at IS 'when the use was given back: it no longer counts';

CREATE TABLE catalog.category (
    id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    parent bigint,
    tax_class text DEFAULT 'standard'::text NOT NULL,
    CONSTRAINT category_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT category_slug_check CHECK (((length(slug) <= 100) AND (slug ~ '^[a-z0-9][a-z0-9-]*$'::text))),
    CONSTRAINT category_tax_class_check CHECK ((tax_class ~ '^[a-z][a-z0-9_]{0,39}$'::text))
);

CREATE TABLE catalog.offer (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    market bigint NOT NULL,
    seller bigint NOT NULL,
    variant bigint NOT NULL,
    category bigint NOT NULL,
    condition text NOT NULL,
    currency text NOT NULL,
    price bigint NOT NULL,
    shipping bigint NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    tax_class text,
    product bigint NOT NULL,
    CONSTRAINT offer_condition_check CHECK ((condition = ANY (ARRAY['new'::text, 'refurbished'::text, 'used'::text]))),
    CONSTRAINT offer_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT offer_price_check CHECK (((price >= 0) AND (price <= '1000000000000000'::bigint))),
    CONSTRAINT offer_shipping_check CHECK (((shipping >= 0) AND (shipping <= '1000000000000000'::bigint))),
    CONSTRAINT offer_state_check CHECK ((state = ANY (ARRAY['active'::text, 'withdrawn'::text]))),
    CONSTRAINT offer_tax_class_check CHECK ((tax_class ~ '^[a-z][a-z0-9_]{0,39}$'::text))
)
WITH (fillfactor='90');

CREATE TABLE catalog.offer_price (
    bucket smallint NOT NULL,
    offer bigint NOT NULL,
    currency text NOT NULL,
    price bigint NOT NULL,
    shipping bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT offer_price_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT offer_price_price_check CHECK (((price >= 0) AND (price <= '1000000000000000'::bigint))),
    CONSTRAINT offer_price_shipping_check CHECK (((shipping >= 0) AND (shipping <= '1000000000000000'::bigint)))
);

CREATE TABLE catalog.product (
    id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    category bigint NOT NULL,
    images text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tax_class text,
    CONSTRAINT product_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT product_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300))),
    CONSTRAINT product_slug_check CHECK (((length(slug) <= 150) AND (slug ~ '^[a-z0-9][a-z0-9-]*$'::text))),
    CONSTRAINT product_tax_class_check CHECK ((tax_class ~ '^[a-z][a-z0-9_]{0,39}$'::text))
);

CREATE TABLE catalog.variant (
    id bigint NOT NULL,
    product bigint NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    image text DEFAULT ''::text NOT NULL,
    weight_g integer,
    CONSTRAINT variant_name_check CHECK ((length(name) <= 300)),
    CONSTRAINT variant_sku_check CHECK (((length(sku) >= 1) AND (length(sku) <= 100))),
    CONSTRAINT variant_weight_g_check CHECK ((weight_g >= 0))
);

CREATE TABLE kernel.command (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    principal text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    fingerprint bytea NOT NULL,
    accepted boolean NOT NULL,
    outcome json NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT command_fingerprint_check CHECK ((octet_length(fingerprint) = 16)),
    CONSTRAINT command_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT command_principal_check CHECK (((length(principal) >= 1) AND (length(principal) <= 100)))
);

CREATE TABLE kernel.outbox (
    bucket smallint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    topic text NOT NULL,
    root bigint NOT NULL,
    payload json NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE kernel.subscription (
    name text NOT NULL,
    bucket smallint NOT NULL,
    xid xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL
);

CREATE TABLE kernel.transition (
    bucket smallint NOT NULL,
    entity bigint NOT NULL,
    dst text NOT NULL,
    src text NOT NULL,
    machine text NOT NULL,
    actor text NOT NULL,
    cause bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT dispute_steps CHECK (((machine <> 'dispute'::text) OR (((((((((((((((((src = 'open'::text) AND (dst = 'answered'::text) AND (actor = 'seller'::text)) OR ((src = 'open'::text) AND (dst = 'answered'::text) AND (actor = 'operator'::text))) OR ((src = 'open'::text) AND (dst = 'ruled'::text) AND (actor = 'seller'::text))) OR ((src = 'open'::text) AND (dst = 'ruled'::text) AND (actor = 'operator'::text))) OR ((src = 'open'::text) AND (dst = 'ruled'::text) AND (actor = 'system'::text))) OR ((src = 'open'::text) AND (dst = 'closed'::text) AND (actor = 'buyer'::text))) OR ((src = 'open'::text) AND (dst = 'closed'::text) AND (actor = 'operator'::text))) OR ((src = 'answered'::text) AND (dst = 'under_review'::text) AND (actor = 'buyer'::text))) OR ((src = 'answered'::text) AND (dst = 'under_review'::text) AND (actor = 'operator'::text))) OR ((src = 'answered'::text) AND (dst = 'ruled'::text) AND (actor = 'operator'::text))) OR ((src = 'answered'::text) AND (dst = 'closed'::text) AND (actor = 'buyer'::text))) OR ((src = 'answered'::text) AND (dst = 'closed'::text) AND (actor = 'operator'::text))) OR ((src = 'answered'::text) AND (dst = 'closed'::text) AND (actor = 'system'::text))) OR ((src = 'under_review'::text) AND (dst = 'ruled'::text) AND (actor = 'operator'::text))) OR ((src = 'under_review'::text) AND (dst = 'closed'::text) AND (actor = 'buyer'::text))) OR ((src = 'under_review'::text) AND (dst = 'closed'::text) AND (actor = 'operator'::text))))),
    CONSTRAINT order_steps CHECK (((machine <> 'order'::text) OR ((((((((((((((((((((((((((((((((src = 'created'::text) AND (dst = 'paid'::text) AND (actor = 'provider'::text)) OR ((src = 'created'::text) AND (dst = 'expired'::text) AND (actor = 'system'::text))) OR ((src = 'paid'::text) AND (dst = 'shipped'::text) AND (actor = 'seller'::text))) OR ((src = 'paid'::text) AND (dst = 'shipped'::text) AND (actor = 'carrier'::text))) OR ((src = 'paid'::text) AND (dst = 'shipped'::text) AND (actor = 'operator'::text))) OR ((src = 'paid'::text) AND (dst = 'shipped'::text) AND (actor = 'system'::text))) OR ((src = 'paid'::text) AND (dst = 'cancelled'::text) AND (actor = 'seller'::text))) OR ((src = 'paid'::text) AND (dst = 'cancelled'::text) AND (actor = 'operator'::text))) OR ((src = 'paid'::text) AND (dst = 'cancelled'::text) AND (actor = 'system'::text))) OR ((src = 'paid'::text) AND (dst = 'cancelled'::text) AND (actor = 'provider'::text))) OR ((src = 'paid'::text) AND (dst = 'confirmed'::text) AND (actor = 'operator'::text))) OR ((src = 'shipped'::text) AND (dst = 'delivered'::text) AND (actor = 'seller'::text))) OR ((src = 'shipped'::text) AND (dst = 'delivered'::text) AND (actor = 'carrier'::text))) OR ((src = 'shipped'::text) AND (dst = 'confirmed'::text) AND (actor = 'buyer'::text))) OR ((src = 'shipped'::text) AND (dst = 'confirmed'::text) AND (actor = 'operator'::text))) OR ((src = 'shipped'::text) AND (dst = 'cancelled'::text) AND (actor = 'seller'::text))) OR ((src = 'shipped'::text) AND (dst = 'cancelled'::text) AND (actor = 'operator'::text))) OR ((src = 'shipped'::text) AND (dst = 'cancelled'::text) AND (actor = 'provider'::text))) OR ((src = 'shipped'::text) AND (dst = 'cancelled'::text) AND (actor = 'system'::text))) OR ((src = 'delivered'::text) AND (dst = 'confirmed'::text) AND (actor = 'buyer'::text))) OR ((src = 'delivered'::text) AND (dst = 'confirmed'::text) AND (actor = 'system'::text))) OR ((src = 'delivered'::text) AND (dst = 'confirmed'::text) AND (actor = 'operator'::text))) OR ((src = 'delivered'::text) AND (dst = 'cancelled'::text) AND (actor = 'seller'::text))) OR ((src = 'delivered'::text) AND (dst = 'cancelled'::text) AND (actor = 'operator'::text))) OR ((src = 'delivered'::text) AND (dst = 'cancelled'::text) AND (actor = 'provider'::text))) OR ((src = 'delivered'::text) AND (dst = 'cancelled'::text) AND (actor = 'system'::text))) OR ((src = 'confirmed'::text) AND (dst = 'cancelled'::text) AND (actor = 'provider'::text))) OR ((src = 'confirmed'::text) AND (dst = 'cancelled'::text) AND (actor = 'seller'::text))) OR ((src = 'confirmed'::text) AND (dst = 'cancelled'::text) AND (actor = 'operator'::text))) OR ((src = 'confirmed'::text) AND (dst = 'cancelled'::text) AND (actor = 'system'::text))) OR ((src = 'confirmed'::text) AND (dst = 'settled'::text) AND (actor = 'system'::text))))),
    CONSTRAINT parcel_steps CHECK (((machine <> 'parcel'::text) OR ((actor = ANY (ARRAY['seller'::text, 'carrier'::text, 'system'::text])) AND (((((((((((((src = 'planned'::text) AND (dst = 'handed_over'::text)) OR ((src = 'planned'::text) AND (dst = 'in_transit'::text))) OR ((src = 'planned'::text) AND (dst = 'delivered'::text))) OR ((src = 'planned'::text) AND (dst = 'exception'::text))) OR ((src = 'handed_over'::text) AND (dst = 'in_transit'::text))) OR ((src = 'handed_over'::text) AND (dst = 'delivered'::text))) OR ((src = 'handed_over'::text) AND (dst = 'exception'::text))) OR ((src = 'in_transit'::text) AND (dst = 'delivered'::text))) OR ((src = 'in_transit'::text) AND (dst = 'exception'::text))) OR ((src = 'exception'::text) AND (dst = 'delivered'::text))) OR ((src = 'exception'::text) AND (dst = 'returned'::text))) OR ((src = 'exception'::text) AND (dst = 'lost'::text)))))),
    CONSTRAINT payment_steps CHECK (((machine <> 'payment'::text) OR (((((((src = 'created'::text) AND (dst = 'captured'::text) AND (actor = 'provider'::text)) OR ((src = 'created'::text) AND (dst = 'failed'::text) AND (actor = 'provider'::text))) OR ((src = 'created'::text) AND (dst = 'voided'::text) AND (actor = 'system'::text))) OR ((src = 'voided'::text) AND (dst = 'captured'::text) AND (actor = 'provider'::text))) OR ((src = 'failed'::text) AND (dst = 'captured'::text) AND (actor = 'provider'::text))) OR ((src = 'captured'::text) AND (dst = 'refunded'::text) AND (actor = 'provider'::text))))),
    CONSTRAINT payout_steps CHECK (((machine <> 'payout'::text) OR (((((((((src = 'created'::text) AND (dst = 'paid'::text) AND (actor = 'provider'::text)) OR ((src = 'created'::text) AND (dst = 'failed'::text) AND (actor = 'provider'::text))) OR ((src = 'created'::text) AND (dst = 'awaiting_approval'::text) AND (actor = 'system'::text))) OR ((src = 'awaiting_approval'::text) AND (dst = 'approved'::text) AND (actor = 'operator'::text))) OR ((src = 'awaiting_approval'::text) AND (dst = 'failed'::text) AND (actor = 'operator'::text))) OR ((src = 'approved'::text) AND (dst = 'paid'::text) AND (actor = 'provider'::text))) OR ((src = 'approved'::text) AND (dst = 'failed'::text) AND (actor = 'provider'::text))) OR ((src = 'paid'::text) AND (dst = 'returned'::text) AND (actor = 'provider'::text))))),
    CONSTRAINT refund_steps CHECK (((machine <> 'refund'::text) OR (((src = 'requested'::text) AND (dst = 'succeeded'::text) AND (actor = 'provider'::text)) OR ((src = 'requested'::text) AND (dst = 'failed'::text) AND (actor = 'provider'::text))))),
    CONSTRAINT return_steps CHECK (((machine <> 'return'::text) OR (((((((((((((((((((((src = 'requested'::text) AND (dst = 'approved'::text) AND (actor = 'seller'::text)) OR ((src = 'requested'::text) AND (dst = 'approved'::text) AND (actor = 'operator'::text))) OR ((src = 'requested'::text) AND (dst = 'approved'::text) AND (actor = 'system'::text))) OR ((src = 'requested'::text) AND (dst = 'declined'::text) AND (actor = 'seller'::text))) OR ((src = 'requested'::text) AND (dst = 'declined'::text) AND (actor = 'operator'::text))) OR ((src = 'requested'::text) AND (dst = 'closed'::text) AND (actor = 'buyer'::text))) OR ((src = 'requested'::text) AND (dst = 'closed'::text) AND (actor = 'operator'::text))) OR ((src = 'approved'::text) AND (dst = 'shipped'::text) AND (actor = 'buyer'::text))) OR ((src = 'approved'::text) AND (dst = 'shipped'::text) AND (actor = 'operator'::text))) OR ((src = 'approved'::text) AND (dst = 'received'::text) AND (actor = 'seller'::text))) OR ((src = 'approved'::text) AND (dst = 'received'::text) AND (actor = 'operator'::text))) OR ((src = 'approved'::text) AND (dst = 'closed'::text) AND (actor = 'buyer'::text))) OR ((src = 'approved'::text) AND (dst = 'closed'::text) AND (actor = 'operator'::text))) OR ((src = 'approved'::text) AND (dst = 'closed'::text) AND (actor = 'system'::text))) OR ((src = 'shipped'::text) AND (dst = 'received'::text) AND (actor = 'seller'::text))) OR ((src = 'shipped'::text) AND (dst = 'received'::text) AND (actor = 'operator'::text))) OR ((src = 'shipped'::text) AND (dst = 'received'::text) AND (actor = 'system'::text))) OR ((src = 'received'::text) AND (dst = 'inspected'::text) AND (actor = 'seller'::text))) OR ((src = 'received'::text) AND (dst = 'inspected'::text) AND (actor = 'operator'::text))) OR ((src = 'received'::text) AND (dst = 'inspected'::text) AND (actor = 'system'::text))))),
    CONSTRAINT transition_actor_check CHECK ((actor = ANY (ARRAY['buyer'::text, 'seller'::text, 'operator'::text, 'carrier'::text, 'provider'::text, 'system'::text]))),
    CONSTRAINT transition_machine_check CHECK ((machine = ANY (ARRAY['order'::text, 'payment'::text, 'refund'::text, 'payout'::text, 'parcel'::text, 'return'::text, 'dispute'::text])))
);

CREATE TABLE ledger.account (
    name text NOT NULL,
    guarded boolean NOT NULL,
    note text NOT NULL,
    keys text NOT NULL,
    asset boolean DEFAULT false NOT NULL,
    CONSTRAINT account_keys_check CHECK ((keys = ANY (ARRAY['deal'::text, 'owner'::text, 'both'::text]))),
    CONSTRAINT account_name_check CHECK ((name ~ '^[a-z_]+$'::text))
);

CREATE TABLE ledger.balance (
    bucket smallint NOT NULL,
    subject bigint NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT account_is_guarded CHECK ((account = ANY (ARRAY['unapplied'::text, 'escrow'::text, 'payable'::text, 'payout_in_flight'::text, 'reserve'::text, 'dispute_hold'::text, 'wallet'::text, 'gift_card'::text, 'bond'::text, 'receivable'::text]))),
    CONSTRAINT balance_amount_check CHECK ((amount >= 0)),
    CONSTRAINT balance_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
)
WITH (fillfactor='80');

CREATE TABLE ledger.posting (
    bucket smallint NOT NULL,
    journal bigint NOT NULL,
    no smallint NOT NULL,
    debit text NOT NULL,
    debit_subject bigint NOT NULL,
    credit text NOT NULL,
    credit_subject bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT credit_in_chart CHECK ((credit = ANY (ARRAY['psp_receivable'::text, 'psp_fee'::text, 'unapplied'::text, 'payment_difference'::text, 'escrow'::text, 'refund_in_flight'::text, 'commission'::text, 'bridge'::text, 'payable'::text, 'payout_in_flight'::text, 'bank'::text, 'promo'::text, 'tax_payable'::text, 'vat_payable'::text, 'seller_charge'::text, 'fx_position'::text, 'fx_gain_loss'::text, 'dispute_receivable'::text, 'dispute_fee'::text, 'rounding'::text, 'bad_debt'::text, 'reserve'::text, 'dispute_hold'::text, 'wallet'::text, 'gift_card'::text, 'bond'::text, 'receivable'::text, 'goodwill'::text]))),
    CONSTRAINT debit_in_chart CHECK ((debit = ANY (ARRAY['psp_receivable'::text, 'psp_fee'::text, 'unapplied'::text, 'payment_difference'::text, 'escrow'::text, 'refund_in_flight'::text, 'commission'::text, 'bridge'::text, 'payable'::text, 'payout_in_flight'::text, 'bank'::text, 'promo'::text, 'tax_payable'::text, 'vat_payable'::text, 'seller_charge'::text, 'fx_position'::text, 'fx_gain_loss'::text, 'dispute_receivable'::text, 'dispute_fee'::text, 'rounding'::text, 'bad_debt'::text, 'reserve'::text, 'dispute_hold'::text, 'wallet'::text, 'gift_card'::text, 'bond'::text, 'receivable'::text, 'goodwill'::text]))),
    CONSTRAINT posting_amount_check CHECK ((amount > 0)),
    CONSTRAINT posting_check CHECK (((debit <> credit) OR (debit_subject <> credit_subject))),
    CONSTRAINT posting_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT posting_no_check CHECK ((no > 0))
);

CREATE VIEW ledger.entry AS
 SELECT p.bucket,
    p.journal,
    p.no,
    side.account,
    side.subject,
    p.currency,
    side.amount
   FROM (ledger.posting p
     CROSS JOIN LATERAL ( VALUES (p.debit,p.debit_subject,p.amount), (p.credit,p.credit_subject,(- p.amount))) side(account, subject, amount));

CREATE TABLE ledger.journal (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    root bigint NOT NULL,
    cause bigint NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT journal_kind_check CHECK ((kind ~ '^[a-z_]+$'::text))
);

CREATE TABLE markets.fee_book (
    one boolean DEFAULT true NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT fee_book_one_check CHECK (one)
);

CREATE TABLE markets.fee_policy (
    id bigint NOT NULL,
    market bigint NOT NULL,
    vat_numerator integer NOT NULL,
    vat_denominator integer NOT NULL,
    net_of_tax boolean NOT NULL,
    keep_on_refund boolean NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT fee_policy_check CHECK (((vat_denominator > 0) AND (vat_numerator <= vat_denominator))),
    CONSTRAINT fee_policy_vat_numerator_check CHECK ((vat_numerator >= 0))
);

CREATE TABLE markets.fee_rule (
    id bigint NOT NULL,
    market bigint NOT NULL,
    seller bigint,
    category bigint,
    numerator integer NOT NULL,
    denominator integer NOT NULL,
    floor bigint DEFAULT 0 NOT NULL,
    cap bigint,
    valid_from timestamp with time zone NOT NULL,
    product bigint,
    price_from bigint DEFAULT 0 NOT NULL,
    price_below bigint,
    currency text NOT NULL,
    bounds jsonb DEFAULT '{}'::jsonb NOT NULL,
    valid_until timestamp with time zone,
    base boolean NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT fee_rule_bounds_check CHECK ((jsonb_typeof(bounds) = 'object'::text)),
    CONSTRAINT fee_rule_check CHECK (((denominator > 0) AND (numerator <= denominator))),
    CONSTRAINT fee_rule_check1 CHECK ((cap >= floor)),
    CONSTRAINT fee_rule_check2 CHECK ((price_below > price_from)),
    CONSTRAINT fee_rule_check3 CHECK ((valid_until >= valid_from)),
    CONSTRAINT fee_rule_check4 CHECK (((product IS NULL) OR (category IS NULL))),
    CONSTRAINT fee_rule_check5 CHECK (((NOT base) OR ((seller IS NULL) AND (category IS NULL) AND (product IS NULL) AND (price_from = 0) AND (price_below IS NULL) AND (valid_until IS NULL)))),
    CONSTRAINT fee_rule_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT fee_rule_floor_check CHECK ((floor >= 0)),
    CONSTRAINT fee_rule_numerator_check CHECK ((numerator >= 0)),
    CONSTRAINT fee_rule_price_from_check CHECK ((price_from >= 0))
);

CREATE TABLE markets.fx_rate (
    currency text NOT NULL,
    base text NOT NULL,
    on_date date NOT NULL,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    source text NOT NULL,
    CONSTRAINT fx_rate_check CHECK (((base ~ '^[A-Z]{3}$'::text) AND (base <> currency))),
    CONSTRAINT fx_rate_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT fx_rate_denominator_check CHECK ((denominator > 0)),
    CONSTRAINT fx_rate_numerator_check CHECK ((numerator > 0)),
    CONSTRAINT fx_rate_source_check CHECK ((length(source) <= 200))
);

CREATE TABLE markets.market (
    id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    locale text NOT NULL,
    pay_within interval NOT NULL,
    ship_within interval NOT NULL,
    confirm_within interval NOT NULL,
    settle_after interval NOT NULL,
    scan_within interval NOT NULL,
    payout_minimum bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tax_prices text,
    tax_remitter text,
    tax_rounding text,
    tax_country text,
    tax_region text,
    tax_shipping boolean,
    tax_reverse_charge boolean,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    CONSTRAINT market_confirm_within_check CHECK ((confirm_within >= '00:00:00'::interval)),
    CONSTRAINT market_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT market_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    CONSTRAINT market_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT market_pay_within_check CHECK ((pay_within > '00:00:00'::interval)),
    CONSTRAINT market_payout_minimum_check CHECK ((payout_minimum >= 0)),
    CONSTRAINT market_scan_within_check CHECK ((scan_within > '00:00:00'::interval)),
    CONSTRAINT market_settle_after_check CHECK ((settle_after >= '00:00:00'::interval)),
    CONSTRAINT market_ship_within_check CHECK ((ship_within > '00:00:00'::interval)),
    CONSTRAINT market_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT market_tax_country_check CHECK ((tax_country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT market_tax_prices_check CHECK ((tax_prices = ANY (ARRAY['inclusive'::text, 'exclusive'::text]))),
    CONSTRAINT market_tax_region_check CHECK ((tax_region ~ '^[A-Z0-9-]{0,10}$'::text)),
    CONSTRAINT market_tax_remitter_check CHECK ((tax_remitter = ANY (ARRAY['platform'::text, 'seller'::text]))),
    CONSTRAINT market_tax_rounding_check CHECK ((tax_rounding = ANY (ARRAY['line'::text, 'order'::text]))),
    CONSTRAINT market_time_zone_check CHECK ((('2026-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) IS NOT NULL)),
    CONSTRAINT tax_policy_is_whole CHECK ((num_nonnulls(tax_prices, tax_remitter, tax_rounding, tax_country, tax_region, tax_shipping, tax_reverse_charge) = ANY (ARRAY[0, 7])))
);

CREATE TABLE markets.tax_rate (
    country text NOT NULL,
    region text NOT NULL,
    tax_class text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    numerator integer NOT NULL,
    denominator integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT tax_rate_check CHECK ((valid_until > valid_from)),
    CONSTRAINT tax_rate_check1 CHECK (((denominator > 0) AND (numerator <= denominator))),
    CONSTRAINT tax_rate_country_check CHECK ((country ~ '^([A-Z]{2}|\*)$'::text)),
    CONSTRAINT tax_rate_numerator_check CHECK ((numerator >= 0)),
    CONSTRAINT tax_rate_region_check CHECK ((region ~ '^[A-Z0-9-]{0,10}$'::text)),
    CONSTRAINT tax_rate_source_check CHECK ((length(source) <= 200)),
    CONSTRAINT tax_rate_tax_class_check CHECK ((tax_class ~ '^[a-z][a-z0-9_]{0,39}$'::text))
);

CREATE TABLE orders.chargeback (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    id bigint NOT NULL,
    payment bigint NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    covered bigint NOT NULL,
    beyond bigint NOT NULL,
    fee bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    evidence_due_at timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    waiting bigint DEFAULT 0 NOT NULL,
    CONSTRAINT chargeback_amount_check CHECK ((amount > 0)),
    CONSTRAINT chargeback_check CHECK (((0 <= covered) AND (covered <= amount))),
    CONSTRAINT chargeback_check1 CHECK (((0 <= beyond) AND (beyond <= amount))),
    CONSTRAINT chargeback_check2 CHECK (((closed_at IS NULL) = (state = 'open'::text))),
    CONSTRAINT chargeback_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT chargeback_fee_check CHECK ((fee >= 0)),
    CONSTRAINT chargeback_reason_check CHECK ((length(reason) <= 200)),
    CONSTRAINT chargeback_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200))),
    CONSTRAINT chargeback_state_check CHECK ((state = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
    CONSTRAINT chargeback_waiting CHECK (((0 <= waiting) AND (waiting <= covered)))
);

COMMENT ON COLUMN orders.chargeback.reference IS 'what the provider calls it';

COMMENT ON COLUMN orders.chargeback.covered IS 'of the amount: what the payment still had';

COMMENT ON COLUMN orders.chargeback.beyond IS 'of the amount: more than the orders still had, the operator''s loss if it is lost';

COMMENT ON COLUMN orders.chargeback.waiting IS 'of what is covered: what waited for the rest of its purchase, given back if it is won';

CREATE TABLE orders.chargeback_part (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    chargeback bigint NOT NULL,
    "order" bigint NOT NULL,
    amount bigint NOT NULL,
    held bigint NOT NULL,
    CONSTRAINT chargeback_part_amount_check CHECK ((amount > 0)),
    CONSTRAINT chargeback_part_held_check CHECK ((held >= 0))
);

CREATE TABLE orders.discount (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    "order" bigint NOT NULL,
    line smallint NOT NULL,
    campaign bigint NOT NULL,
    goods_seller_off bigint NOT NULL,
    goods_platform_off bigint NOT NULL,
    shipping_seller_off bigint NOT NULL,
    shipping_platform_off bigint NOT NULL,
    CONSTRAINT discount_goods_platform_off_check CHECK ((goods_platform_off >= 0)),
    CONSTRAINT discount_goods_seller_off_check CHECK ((goods_seller_off >= 0)),
    CONSTRAINT discount_shipping_platform_off_check CHECK ((shipping_platform_off >= 0)),
    CONSTRAINT discount_shipping_seller_off_check CHECK ((shipping_seller_off >= 0))
);

CREATE TABLE orders.dispute (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    "order" bigint NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    ruling text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    ruled_at timestamp with time zone,
    CONSTRAINT dispute_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 2000))),
    CONSTRAINT dispute_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT dispute_ruling_check CHECK ((length(ruling) <= 2000)),
    CONSTRAINT dispute_state_check CHECK ((state = ANY (ARRAY['open'::text, 'ruled'::text])))
);

CREATE TABLE orders.line (
    bucket smallint NOT NULL,
    purchase bigint NOT NULL,
    "order" bigint NOT NULL,
    no smallint NOT NULL,
    offer bigint NOT NULL,
    variant bigint NOT NULL,
    quantity bigint NOT NULL,
    unit_price bigint NOT NULL,
    goods bigint NOT NULL,
    shipping bigint NOT NULL,
    commission bigint NOT NULL,
    refunded_units bigint DEFAULT 0 NOT NULL,
    refunded_goods bigint DEFAULT 0 NOT NULL,
    refunded_shipping bigint DEFAULT 0 NOT NULL,
    refunded_commission bigint DEFAULT 0 NOT NULL,
    goods_seller_off bigint DEFAULT 0 NOT NULL,
    goods_platform_off bigint DEFAULT 0 NOT NULL,
    goods_tax bigint DEFAULT 0 NOT NULL,
    shipping_seller_off bigint DEFAULT 0 NOT NULL,
    shipping_platform_off bigint DEFAULT 0 NOT NULL,
    shipping_tax bigint DEFAULT 0 NOT NULL,
    commission_vat bigint DEFAULT 0 NOT NULL,
    refunded_goods_seller_off bigint DEFAULT 0 NOT NULL,
    refunded_goods_platform_off bigint DEFAULT 0 NOT NULL,
    refunded_goods_tax bigint DEFAULT 0 NOT NULL,
    refunded_shipping_seller_off bigint DEFAULT 0 NOT NULL,
    refunded_shipping_platform_off bigint DEFAULT 0 NOT NULL,
    refunded_shipping_tax bigint DEFAULT 0 NOT NULL,
    refunded_commission_vat bigint DEFAULT 0 NOT NULL,
    tax_class text,
    tax_numerator integer,
    tax_denominator integer,
    shipped_units bigint DEFAULT 0 NOT NULL,
    kept bigint DEFAULT 0 NOT NULL,
    CONSTRAINT discounts_fit CHECK (((LEAST(goods_seller_off, goods_platform_off, goods_tax, shipping_seller_off, shipping_platform_off, shipping_tax, commission_vat) >= 0) AND ((goods_seller_off + goods_platform_off) <= goods) AND ((shipping_seller_off + shipping_platform_off) <= shipping) AND (0 <= commission) AND (commission <= (goods - goods_seller_off)))),
    CONSTRAINT line_check CHECK ((goods = (quantity * unit_price))),
    CONSTRAINT line_check1 CHECK (((0 <= shipped_units) AND (shipped_units <= quantity))),
    CONSTRAINT line_check2 CHECK (((0 <= refunded_units) AND (refunded_units <= quantity))),
    CONSTRAINT line_check3 CHECK (((0 <= refunded_goods) AND (refunded_goods <= goods))),
    CONSTRAINT line_check4 CHECK (((0 <= refunded_shipping) AND (refunded_shipping <= shipping))),
    CONSTRAINT line_check5 CHECK (((0 <= refunded_commission) AND (refunded_commission <= commission))),
    CONSTRAINT line_kept_check CHECK ((kept >= 0)),
    CONSTRAINT line_no_check CHECK ((no > 0)),
    CONSTRAINT line_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT line_shipping_check CHECK ((shipping >= 0)),
    CONSTRAINT line_tax_denominator_check CHECK ((tax_denominator > 0)),
    CONSTRAINT line_tax_numerator_check CHECK ((tax_numerator >= 0)),
    CONSTRAINT line_unit_price_check CHECK ((unit_price >= 0)),
    CONSTRAINT no_more_goes_back_than_came CHECK (((LEAST(refunded_goods_seller_off, refunded_goods_platform_off, refunded_goods_tax, refunded_shipping_seller_off, refunded_shipping_platform_off, refunded_shipping_tax, refunded_commission_vat) >= 0) AND (refunded_goods_seller_off <= goods_seller_off) AND (refunded_goods_platform_off <= goods_platform_off) AND (refunded_goods_tax <= goods_tax) AND (refunded_shipping_seller_off <= shipping_seller_off) AND (refunded_shipping_platform_off <= shipping_platform_off) AND (refunded_shipping_tax <= shipping_tax) AND (refunded_commission_vat <= commission_vat))),
    CONSTRAINT rate_is_whole CHECK ((num_nonnulls(tax_class, tax_numerator, tax_denominator) = ANY (ARRAY[0, 3])))
)
WITH (fillfactor='90');

COMMENT ON COLUMN orders.line.kept IS 'what the seller keeps of units that came back: cash that the other units do not stand for';

CREATE TABLE orders.orders (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    purchase bigint NOT NULL,
    market bigint NOT NULL,
    seller bigint NOT NULL,
    currency text NOT NULL,
    goods bigint NOT NULL,
    shipping bigint NOT NULL,
    commission bigint NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    refunded_commission bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    disputed boolean DEFAULT false NOT NULL,
    extended boolean DEFAULT false NOT NULL,
    due_at timestamp with time zone,
    placed_at timestamp with time zone NOT NULL,
    due bigint NOT NULL,
    subsidy bigint DEFAULT 0 NOT NULL,
    tax bigint DEFAULT 0 NOT NULL,
    tax_added boolean DEFAULT false NOT NULL,
    withheld bigint DEFAULT 0 NOT NULL,
    commission_vat bigint DEFAULT 0 NOT NULL,
    refunded_subsidy bigint DEFAULT 0 NOT NULL,
    refunded_withheld bigint DEFAULT 0 NOT NULL,
    refunded_commission_vat bigint DEFAULT 0 NOT NULL,
    charged_back boolean DEFAULT false NOT NULL,
    settle_in text DEFAULT ''::text NOT NULL,
    settle_numerator numeric,
    settle_denominator numeric,
    in_parts boolean DEFAULT false NOT NULL,
    open_cases smallint DEFAULT 0 NOT NULL,
    CONSTRAINT charged_back_while_money_moves CHECK (((NOT charged_back) OR (state = ANY (ARRAY['paid'::text, 'shipped'::text, 'delivered'::text, 'confirmed'::text, 'settled'::text])))),
    CONSTRAINT due_is_made_up CHECK (((0 <= subsidy) AND (subsidy <= due) AND ((withheld = 0) OR (withheld = tax)) AND (commission_vat >= 0) AND (((withheld + commission) + commission_vat) <= due))),
    CONSTRAINT no_more_goes_back_than_came CHECK (((0 <= refunded) AND (refunded <= due) AND (0 <= refunded_subsidy) AND (refunded_subsidy <= subsidy) AND (0 <= refunded_withheld) AND (refunded_withheld <= withheld) AND (0 <= refunded_commission_vat) AND (refunded_commission_vat <= commission_vat))),
    CONSTRAINT orders_check CHECK ((purchase = ((id >> 6) << 6))),
    CONSTRAINT orders_check1 CHECK (((0 <= commission) AND (commission <= goods))),
    CONSTRAINT orders_check3 CHECK (((0 <= refunded_commission) AND (refunded_commission <= commission))),
    CONSTRAINT orders_check4 CHECK (((NOT disputed) OR (state = ANY (ARRAY['paid'::text, 'shipped'::text, 'delivered'::text])))),
    CONSTRAINT orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT orders_goods_check CHECK ((goods >= 0)),
    CONSTRAINT orders_id_check CHECK (((id & (63)::bigint) > 0)),
    CONSTRAINT orders_open_cases_check CHECK ((open_cases >= 0)),
    CONSTRAINT orders_settle_denominator_check CHECK ((settle_denominator > (0)::numeric)),
    CONSTRAINT orders_settle_in_check CHECK ((settle_in ~ '^([A-Z]{3})?$'::text)),
    CONSTRAINT orders_settle_numerator_check CHECK ((settle_numerator > (0)::numeric)),
    CONSTRAINT orders_shipping_check CHECK ((shipping >= 0)),
    CONSTRAINT orders_state_check CHECK ((state = ANY (ARRAY['created'::text, 'paid'::text, 'shipped'::text, 'delivered'::text, 'confirmed'::text, 'settled'::text, 'expired'::text, 'cancelled'::text]))),
    CONSTRAINT orders_tax_check CHECK ((tax >= 0)),
    CONSTRAINT settle_rate_is_whole CHECK ((num_nonnulls(settle_numerator, settle_denominator) = ANY (ARRAY[0, 2])))
)
WITH (fillfactor='70');

COMMENT ON COLUMN orders.orders.due IS 'what escrow is filled with: the seller''s price, and tax where it stands on top';

COMMENT ON COLUMN orders.orders.subsidy IS 'of that, the operator''s part of discounts';

COMMENT ON COLUMN orders.orders.withheld IS 'of that, tax that the operator remits';

COMMENT ON COLUMN orders.orders.open_cases IS 'returns and claims that hold the order';

CREATE TABLE orders.purchase (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    market bigint NOT NULL,
    buyer bigint NOT NULL,
    currency text NOT NULL,
    total bigint NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    lenient boolean DEFAULT false NOT NULL,
    pay_by timestamp with time zone NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    tax_id text DEFAULT ''::text NOT NULL,
    quote bigint,
    tax_quote bigint,
    CONSTRAINT purchase_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT purchase_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT purchase_id_check CHECK (((id & (63)::bigint) = 0)),
    CONSTRAINT purchase_reference_check CHECK ((length(reference) <= 100)),
    CONSTRAINT purchase_region_check CHECK ((region ~ '^[A-Z0-9-]{0,10}$'::text)),
    CONSTRAINT purchase_tax_id_check CHECK ((length(tax_id) <= 40)),
    CONSTRAINT purchase_total_check CHECK ((total >= 0))
);

COMMENT ON COLUMN orders.purchase.lenient IS 'imported: captured above or below the total is posted to payment_difference';

COMMENT ON COLUMN orders.purchase.country IS 'where tax is due; nothing where none is charged';

COMMENT ON COLUMN orders.purchase.tax_quote IS 'taxed by an outside engine: its lines keep no rate, the quote has their tax';

CREATE TABLE orders.quote (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    market bigint NOT NULL,
    currency text NOT NULL,
    numerator numeric NOT NULL,
    denominator numeric NOT NULL,
    rate_of date NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT quote_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT quote_denominator_check CHECK ((denominator > (0)::numeric)),
    CONSTRAINT quote_numerator_check CHECK ((numerator > (0)::numeric))
);

CREATE TABLE orders.tax_quote (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    market bigint NOT NULL,
    country text NOT NULL,
    region text NOT NULL,
    tax_id text NOT NULL,
    engine text NOT NULL,
    reference text NOT NULL,
    lines jsonb NOT NULL,
    tax bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tax_quote_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_quote_engine_check CHECK (((length(engine) >= 1) AND (length(engine) <= 200))),
    CONSTRAINT tax_quote_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
    CONSTRAINT tax_quote_reference_check CHECK ((length(reference) <= 200)),
    CONSTRAINT tax_quote_tax_check CHECK ((tax >= 0))
);

CREATE TABLE parties.api_key (
    hash bytea NOT NULL,
    prefix text NOT NULL,
    party bigint NOT NULL,
    kind text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['operator'::text, 'seller'::text, 'buyer'::text]))),
    CONSTRAINT api_key_prefix_check CHECK (((length(prefix) >= 4) AND (length(prefix) <= 20))),
    CONSTRAINT api_key_scopes_check CHECK ((cardinality(scopes) > 0))
);

CREATE TABLE parties.member (
    bucket smallint NOT NULL,
    organisation bigint NOT NULL,
    person bigint NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'clerk'::text, 'accountant'::text, 'viewer'::text])))
);

CREATE TABLE parties.organisation (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    city text DEFAULT ''::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    payout_account text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settlement_currency text DEFAULT ''::text NOT NULL,
    payout_verified boolean DEFAULT true NOT NULL,
    CONSTRAINT organisation_city_check CHECK ((length(city) <= 200)),
    CONSTRAINT organisation_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT organisation_kind_check CHECK ((kind = ANY (ARRAY['operator'::text, 'seller'::text]))),
    CONSTRAINT organisation_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT organisation_payout_account_check CHECK ((length(payout_account) <= 200)),
    CONSTRAINT organisation_reference_check CHECK ((length(reference) <= 200)),
    CONSTRAINT organisation_settlement_currency_check CHECK ((settlement_currency ~ '^([A-Z]{3})?$'::text)),
    CONSTRAINT organisation_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text])))
);

COMMENT ON COLUMN parties.organisation.payout_verified IS 'somebody made sure that the payout account is the organisation''s own';

CREATE TABLE parties.person (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT erased_has_no_name CHECK (((erased_at IS NULL) OR ((name = 'erased'::text) AND (reference = ''::text)))),
    CONSTRAINT person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT person_reference_check CHECK ((length(reference) <= 200))
);

CREATE TABLE parties.suspension (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    seller bigint NOT NULL,
    reason text NOT NULL,
    suspended_by text NOT NULL,
    suspended_at timestamp with time zone NOT NULL,
    lifted_by text,
    lifted_at timestamp with time zone,
    CONSTRAINT lifted_by_somebody CHECK (((lifted_by IS NULL) = (lifted_at IS NULL))),
    CONSTRAINT suspension_check CHECK ((lifted_at >= suspended_at)),
    CONSTRAINT suspension_lifted_by_check CHECK (((length(lifted_by) >= 1) AND (length(lifted_by) <= 200))),
    CONSTRAINT suspension_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200))),
    CONSTRAINT suspension_suspended_by_check CHECK (((length(suspended_by) >= 1) AND (length(suspended_by) <= 200)))
);

CREATE TABLE payments.bank_file (
    id bigint NOT NULL,
    message text NOT NULL,
    account text NOT NULL,
    payouts integer NOT NULL,
    amount bigint NOT NULL,
    body bytea NOT NULL,
    made_by text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT bank_file_account_check CHECK (((length(account) >= 1) AND (length(account) <= 34))),
    CONSTRAINT bank_file_amount_check CHECK ((amount > 0)),
    CONSTRAINT bank_file_made_by_check CHECK (((length(made_by) >= 1) AND (length(made_by) <= 200))),
    CONSTRAINT bank_file_message_check CHECK (((length(message) >= 1) AND (length(message) <= 35))),
    CONSTRAINT bank_file_payouts_check CHECK ((payouts > 0))
);

COMMENT ON COLUMN payments.bank_file.amount IS 'euro cents: a file of SEPA transfers is in euro';

CREATE TABLE payments.bank_statement (
    id bigint NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    statement text NOT NULL,
    day date NOT NULL,
    no bigint NOT NULL,
    opening bigint NOT NULL,
    closing bigint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT bank_statement_account_check CHECK ((length(account) <= 50)),
    CONSTRAINT bank_statement_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT bank_statement_no_check CHECK ((no >= 0)),
    CONSTRAINT bank_statement_statement_check CHECK (((length(statement) >= 1) AND (length(statement) <= 35)))
);

COMMENT ON COLUMN payments.bank_statement.no IS 'the bank''s own count of statements, which orders those of one day; 0 where it gives none';

CREATE TABLE payments.bond (
    bucket smallint NOT NULL,
    seller bigint NOT NULL,
    currency text NOT NULL,
    target bigint NOT NULL,
    numerator integer NOT NULL,
    denominator integer NOT NULL,
    draw_after interval,
    draws text[] NOT NULL,
    look_at timestamp with time zone,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT bond_check CHECK (((denominator > 0) AND (numerator <= denominator))),
    CONSTRAINT bond_check1 CHECK (((look_at IS NULL) = (draw_after IS NULL))),
    CONSTRAINT bond_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT bond_draw_after_check CHECK ((draw_after >= '00:00:00'::interval)),
    CONSTRAINT bond_draws_check CHECK ((draws <@ ARRAY['one_off'::text, 'subscription'::text, 'penalty'::text, 'refund'::text])),
    CONSTRAINT bond_numerator_check CHECK ((numerator >= 0)),
    CONSTRAINT bond_target_check CHECK ((target >= 0))
);

CREATE TABLE payments.break (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    provider text NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    movement text NOT NULL,
    key text NOT NULL,
    no smallint NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    ours bigint,
    theirs bigint,
    difference bigint NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    account text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    resolved_by text DEFAULT ''::text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    CONSTRAINT break_account_check CHECK ((account = ANY (ARRAY[''::text, 'psp_fee'::text, 'rounding'::text, 'payment_difference'::text]))),
    CONSTRAINT break_check CHECK ((difference = (COALESCE(theirs, (0)::bigint) - COALESCE(ours, (0)::bigint)))),
    CONSTRAINT break_check1 CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT break_check2 CHECK (((state = 'resolved'::text) = (note <> ''::text))),
    CONSTRAINT break_check3 CHECK (((account = ''::text) OR ((state = 'resolved'::text) AND (difference <> 0)))),
    CONSTRAINT break_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT break_kind_check CHECK ((kind = ANY (ARRAY['missing_with_us'::text, 'missing_with_them'::text, 'amount_differs'::text, 'duplicate'::text, 'in_flight'::text]))),
    CONSTRAINT break_no_check CHECK ((no > 0)),
    CONSTRAINT break_note_check CHECK ((length(note) <= 200)),
    CONSTRAINT break_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT break_resolved_by_check CHECK ((length(resolved_by) <= 200)),
    CONSTRAINT break_state_check CHECK ((state = ANY (ARRAY['open'::text, 'cleared'::text, 'resolved'::text])))
);

CREATE TABLE payments.charge (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    seller bigint NOT NULL,
    market bigint NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    vat bigint NOT NULL,
    reason text NOT NULL,
    subscription bigint,
    period integer,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT charge_amount_check CHECK ((amount > 0)),
    CONSTRAINT charge_check CHECK (((kind = 'subscription'::text) = (subscription IS NOT NULL))),
    CONSTRAINT charge_check1 CHECK (((subscription IS NULL) = (period IS NULL))),
    CONSTRAINT charge_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT charge_kind_check CHECK ((kind = ANY (ARRAY['one_off'::text, 'subscription'::text, 'penalty'::text]))),
    CONSTRAINT charge_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200))),
    CONSTRAINT charge_vat_check CHECK ((vat >= 0))
);

CREATE TABLE payments.credit_move (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    account text NOT NULL,
    subject bigint NOT NULL,
    currency text NOT NULL,
    change bigint NOT NULL,
    kind text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT credit_move_account_check CHECK ((account = ANY (ARRAY['wallet'::text, 'gift_card'::text]))),
    CONSTRAINT credit_move_change_check CHECK ((change <> 0)),
    CONSTRAINT credit_move_check CHECK (((kind = 'payment'::text) = (change < 0))),
    CONSTRAINT credit_move_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT credit_move_kind_check CHECK ((kind = ANY (ARRAY['grant'::text, 'payment'::text, 'refund'::text]))),
    CONSTRAINT credit_move_reason_check CHECK ((length(reason) <= 200))
);

CREATE TABLE payments.exchange (
    bucket smallint NOT NULL,
    "order" bigint NOT NULL,
    seller bigint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    into_currency text NOT NULL,
    into_amount bigint NOT NULL,
    numerator numeric NOT NULL,
    denominator numeric NOT NULL,
    back bigint DEFAULT 0 NOT NULL,
    into_back bigint DEFAULT 0 NOT NULL,
    gain bigint DEFAULT 0 NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT exchange_amount_check CHECK ((amount > 0)),
    CONSTRAINT exchange_check CHECK (((into_currency ~ '^[A-Z]{3}$'::text) AND (into_currency <> currency))),
    CONSTRAINT exchange_check1 CHECK (((0 <= back) AND (back <= amount))),
    CONSTRAINT exchange_check2 CHECK (((0 <= into_back) AND (into_back <= into_amount))),
    CONSTRAINT exchange_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT exchange_denominator_check CHECK ((denominator > (0)::numeric)),
    CONSTRAINT exchange_into_amount_check CHECK ((into_amount >= 0)),
    CONSTRAINT exchange_numerator_check CHECK ((numerator > (0)::numeric))
)
WITH (fillfactor='90');

CREATE TABLE payments.gift_card (
    hash bytea NOT NULL,
    id bigint NOT NULL,
    hint text NOT NULL,
    currency text NOT NULL,
    issued bigint NOT NULL,
    expires_at timestamp with time zone,
    blocked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT gift_card_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT gift_card_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT gift_card_hint_check CHECK (((length(hint) >= 1) AND (length(hint) <= 8))),
    CONSTRAINT gift_card_issued_check CHECK ((issued > 0))
);

CREATE TABLE payments.payment (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    purchase bigint NOT NULL,
    provider text NOT NULL,
    token text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    captured bigint DEFAULT 0 NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    returned bigint DEFAULT 0 NOT NULL,
    fee bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    charged_back bigint DEFAULT 0 NOT NULL,
    credited bigint DEFAULT 0 NOT NULL,
    CONSTRAINT credited_was_returned CHECK (((0 <= credited) AND (credited <= returned))),
    CONSTRAINT payment_amount_check CHECK ((amount >= 0)),
    CONSTRAINT payment_captured_check CHECK ((captured >= 0)),
    CONSTRAINT payment_check CHECK (((0 <= returned) AND (returned <= refunded) AND (0 <= charged_back) AND ((refunded + charged_back) <= captured))),
    CONSTRAINT payment_check1 CHECK (((state = ANY (ARRAY['captured'::text, 'refunded'::text])) OR (captured = 0))),
    CONSTRAINT payment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payment_fee_check CHECK ((fee >= 0)),
    CONSTRAINT payment_state_check CHECK ((state = ANY (ARRAY['created'::text, 'captured'::text, 'failed'::text, 'voided'::text, 'refunded'::text]))),
    CONSTRAINT payment_token_check CHECK ((length(token) <= 200))
)
WITH (fillfactor='80');

COMMENT ON COLUMN payments.payment.charged_back IS 'taken back by chargebacks that are not won';

COMMENT ON COLUMN payments.payment.credited IS 'of what returned: into a wallet';

CREATE TABLE payments.payout (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    seller bigint NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    requested_by text DEFAULT ''::text NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    bank_reference text DEFAULT ''::text NOT NULL,
    provider text DEFAULT ''::text NOT NULL,
    bank_file bigint,
    CONSTRAINT bank_file_is_the_banks CHECK (((bank_file IS NULL) OR (provider = 'bank'::text))),
    CONSTRAINT payout_account_check CHECK (((length(account) >= 1) AND (length(account) <= 200))),
    CONSTRAINT payout_amount_check CHECK ((amount > 0)),
    CONSTRAINT payout_bank_reference_check CHECK ((length(bank_reference) <= 200)),
    CONSTRAINT payout_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payout_decided_by_check CHECK ((length(decided_by) <= 200)),
    CONSTRAINT payout_provider_check CHECK ((length(provider) <= 50)),
    CONSTRAINT payout_requested_by_check CHECK ((length(requested_by) <= 200)),
    CONSTRAINT payout_returned_by_bank CHECK (((state = 'returned'::text) = (bank_reference <> ''::text))),
    CONSTRAINT payout_second_person CHECK (((state <> 'approved'::text) OR ((decided_by <> ''::text) AND (decided_by <> requested_by)))),
    CONSTRAINT payout_state_check CHECK ((state = ANY (ARRAY['created'::text, 'awaiting_approval'::text, 'approved'::text, 'paid'::text, 'failed'::text, 'returned'::text])))
)
WITH (fillfactor='80');

CREATE TABLE payments.payout_hold (
    bucket smallint NOT NULL,
    seller bigint NOT NULL,
    reason text NOT NULL,
    held_by text NOT NULL,
    held_at timestamp with time zone NOT NULL,
    CONSTRAINT payout_hold_held_by_check CHECK (((length(held_by) >= 1) AND (length(held_by) <= 200))),
    CONSTRAINT payout_hold_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200)))
);

CREATE TABLE payments.payout_policy (
    currency text NOT NULL,
    every text NOT NULL,
    minimum bigint NOT NULL,
    approval_above bigint,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT payout_policy_approval_above_check CHECK ((approval_above >= 0)),
    CONSTRAINT payout_policy_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payout_policy_every_check CHECK ((every = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'request'::text]))),
    CONSTRAINT payout_policy_minimum_check CHECK ((minimum >= 0))
);

CREATE TABLE payments.payout_turn (
    bucket smallint NOT NULL,
    seller bigint NOT NULL,
    currency text NOT NULL,
    every text,
    minimum bigint NOT NULL,
    next_at timestamp with time zone,
    CONSTRAINT payout_turn_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payout_turn_every_check CHECK ((every = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'request'::text]))),
    CONSTRAINT payout_turn_minimum_check CHECK ((minimum >= 0))
)
WITH (fillfactor='80');

CREATE TABLE payments.reconciliation (
    provider text NOT NULL,
    day date NOT NULL,
    ran_at timestamp with time zone NOT NULL,
    lines integer NOT NULL,
    matched integer NOT NULL,
    CONSTRAINT reconciliation_check CHECK (((matched >= 0) AND (matched <= lines))),
    CONSTRAINT reconciliation_lines_check CHECK ((lines >= 0)),
    CONSTRAINT reconciliation_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 50)))
);

CREATE TABLE payments.refund (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    payment bigint NOT NULL,
    "order" bigint,
    currency text NOT NULL,
    amount bigint NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    attempt smallint DEFAULT 1 NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    credit_to bigint,
    CONSTRAINT refund_amount_check CHECK ((amount > 0)),
    CONSTRAINT refund_attempt_check CHECK (((attempt >= 1) AND (attempt <= 20))),
    CONSTRAINT refund_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT refund_reason_check CHECK ((length(reason) <= 200)),
    CONSTRAINT refund_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'succeeded'::text, 'failed'::text])))
)
WITH (fillfactor='80');

COMMENT ON COLUMN payments.refund.credit_to IS 'the person whose wallet it goes to, instead of the payment that it is of';

CREATE TABLE payments.reserve_terms (
    market bigint NOT NULL,
    seller bigint,
    numerator integer NOT NULL,
    denominator integer NOT NULL,
    days integer NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT reserve_terms_check CHECK (((denominator > 0) AND (numerator <= denominator))),
    CONSTRAINT reserve_terms_days_check CHECK (((days >= 1) AND (days <= 730))),
    CONSTRAINT reserve_terms_numerator_check CHECK ((numerator >= 0))
);

CREATE TABLE payments.reserve_tranche (
    bucket smallint NOT NULL,
    seller bigint NOT NULL,
    currency text NOT NULL,
    release_on date NOT NULL,
    kept bigint NOT NULL,
    drawn bigint NOT NULL,
    released bigint NOT NULL,
    CONSTRAINT reserve_tranche_check CHECK (((drawn + released) <= kept)),
    CONSTRAINT reserve_tranche_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT reserve_tranche_drawn_check CHECK ((drawn >= 0)),
    CONSTRAINT reserve_tranche_kept_check CHECK ((kept >= 0)),
    CONSTRAINT reserve_tranche_released_check CHECK ((released >= 0))
)
WITH (fillfactor='80');

CREATE TABLE payments.seller_move (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    seller bigint NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT seller_move_amount_check CHECK ((amount > 0)),
    CONSTRAINT seller_move_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT seller_move_kind_check CHECK ((kind = ANY (ARRAY['bond_deposit'::text, 'bond_draw'::text, 'bond_refund'::text, 'recovery'::text, 'write_off'::text]))),
    CONSTRAINT seller_move_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200)))
);

CREATE TABLE payments.subscription (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    seller bigint NOT NULL,
    market bigint NOT NULL,
    name text NOT NULL,
    every text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    charged integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT subscription_amount_check CHECK ((amount > 0)),
    CONSTRAINT subscription_charged_check CHECK ((charged >= 0)),
    CONSTRAINT subscription_check CHECK ((ends_at >= starts_at)),
    CONSTRAINT subscription_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT subscription_every_check CHECK ((every = ANY (ARRAY['week'::text, 'month'::text]))),
    CONSTRAINT subscription_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
)
WITH (fillfactor='80');

CREATE TABLE public.fondaco_migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE risk.hit (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    party bigint NOT NULL,
    name text NOT NULL,
    list text NOT NULL,
    version text NOT NULL,
    entry text NOT NULL,
    listed_name text NOT NULL,
    digest bytea NOT NULL,
    score smallint NOT NULL,
    state text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    blocked_since timestamp with time zone NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    decided_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT hit_check CHECK (((state = ANY (ARRAY['open'::text, 'withdrawn'::text])) OR ((decided_by <> ''::text) AND (decided_at IS NOT NULL) AND (reason <> ''::text)))),
    CONSTRAINT hit_decided_by_check CHECK ((length(decided_by) <= 200)),
    CONSTRAINT hit_digest_check CHECK ((octet_length(digest) = 16)),
    CONSTRAINT hit_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT hit_score_check CHECK (((score >= 0) AND (score <= 100))),
    CONSTRAINT hit_state_check CHECK ((state = ANY (ARRAY['open'::text, 'cleared'::text, 'confirmed'::text, 'withdrawn'::text])))
);

COMMENT ON TABLE risk.hit IS 'a party whose name is like a listed one; withdrawn once name or entry are no more';

CREATE TABLE risk.list (
    generation integer NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    digest bytea NOT NULL,
    entries integer NOT NULL,
    names integer NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT list_check CHECK ((names >= entries)),
    CONSTRAINT list_digest_check CHECK ((octet_length(digest) = 16)),
    CONSTRAINT list_entries_check CHECK ((entries > 0)),
    CONSTRAINT list_generation_check CHECK ((generation > 0)),
    CONSTRAINT list_name_check CHECK ((name ~ '^[a-z0-9-]{1,40}$'::text)),
    CONSTRAINT list_version_check CHECK (((length(version) >= 1) AND (length(version) <= 100)))
);

CREATE TABLE risk.listed (
    list text NOT NULL,
    entry text NOT NULL,
    no integer NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT listed_digest_check CHECK ((octet_length(digest) = 16)),
    CONSTRAINT listed_entry_check CHECK (((length(entry) >= 1) AND (length(entry) <= 100))),
    CONSTRAINT listed_name_check CHECK (((length(name) >= 1) AND (length(name) <= 500))),
    CONSTRAINT listed_no_check CHECK ((no > 0))
);

COMMENT ON COLUMN risk.listed.digest IS 'of all names of the entry: differs when the entry changes';

CREATE TABLE risk.screening (
    bucket smallint NOT NULL,
    party bigint NOT NULL,
    names text[] NOT NULL,
    generation integer NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT screening_check CHECK (((cardinality(names) > 0) OR (generation = 0))),
    CONSTRAINT screening_generation_check CHECK ((generation >= 0))
)
WITH (fillfactor='80');

CREATE TABLE search.document (
    product bigint NOT NULL,
    length integer NOT NULL,
    terms text[] NOT NULL,
    frequencies integer[] NOT NULL,
    average double precision NOT NULL,
    CONSTRAINT document_check CHECK ((cardinality(frequencies) = cardinality(terms))),
    CONSTRAINT document_length_check CHECK ((length >= 0))
);

CREATE TABLE search.listing (
    market bigint NOT NULL,
    product bigint NOT NULL,
    category bigint NOT NULL,
    price bigint NOT NULL,
    sellers bigint[] NOT NULL,
    selling integer NOT NULL,
    added timestamp with time zone NOT NULL,
    CONSTRAINT listing_check CHECK (((selling = cardinality(sellers)) AND (selling > 0)))
);

CREATE TABLE search.statistics (
    one boolean DEFAULT true NOT NULL,
    documents bigint NOT NULL,
    length bigint NOT NULL,
    average double precision NOT NULL,
    CONSTRAINT statistics_average_check CHECK ((average > (0)::double precision)),
    CONSTRAINT statistics_documents_check CHECK ((documents >= 0)),
    CONSTRAINT statistics_length_check CHECK ((length >= 0)),
    CONSTRAINT statistics_one_check CHECK (one)
);

CREATE TABLE search.term (
    term text NOT NULL,
    word text NOT NULL,
    documents bigint NOT NULL,
    CONSTRAINT term_documents_check CHECK ((documents >= 0))
);

CREATE TABLE search.weight (
    term text NOT NULL,
    product bigint NOT NULL,
    weight real NOT NULL
);

CREATE TABLE shipping.content (
    bucket smallint NOT NULL,
    parcel bigint NOT NULL,
    line smallint NOT NULL,
    units bigint NOT NULL,
    CONSTRAINT content_line_check CHECK ((line > 0)),
    CONSTRAINT content_units_check CHECK ((units > 0))
);

CREATE TABLE shipping.event (
    bucket smallint NOT NULL,
    parcel bigint NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT event_place_check CHECK ((length(place) <= 200))
);

CREATE TABLE shipping.parcel (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    "order" bigint NOT NULL,
    carrier text NOT NULL,
    tracking text NOT NULL,
    state text NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT parcel_carrier_check CHECK (((length(carrier) >= 1) AND (length(carrier) <= 100))),
    CONSTRAINT parcel_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'handed_over'::text, 'in_transit'::text, 'delivered'::text, 'exception'::text, 'returned'::text, 'lost'::text]))),
    CONSTRAINT parcel_tracking_check CHECK ((length(tracking) <= 100))
)
WITH (fillfactor='80');

CREATE TABLE stock.level (
    bucket smallint NOT NULL,
    offer bigint NOT NULL,
    location bigint NOT NULL,
    priority smallint NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    CONSTRAINT level_check CHECK (((0 <= reserved) AND (reserved <= on_hand)))
)
WITH (fillfactor='70');

CREATE TABLE stock.location (
    id bigint NOT NULL,
    seller bigint NOT NULL,
    name text NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT location_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

CREATE TABLE stock.move (
    bucket smallint NOT NULL,
    id bigint NOT NULL,
    offer bigint NOT NULL,
    location bigint NOT NULL,
    quantity bigint NOT NULL,
    reason text NOT NULL,
    cause bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT move_quantity_check CHECK ((quantity <> 0)),
    CONSTRAINT move_reason_check CHECK ((reason = ANY (ARRAY['received'::text, 'shipped'::text, 'counted'::text, 'returned'::text])))
);

CREATE TABLE stock.reservation (
    bucket smallint NOT NULL,
    "order" bigint NOT NULL,
    line smallint NOT NULL,
    location bigint NOT NULL,
    offer bigint NOT NULL,
    quantity bigint NOT NULL,
    consumed bigint DEFAULT 0 NOT NULL,
    released bigint DEFAULT 0 NOT NULL,
    CONSTRAINT reservation_check CHECK (((consumed + released) <= quantity)),
    CONSTRAINT reservation_consumed_check CHECK ((consumed >= 0)),
    CONSTRAINT reservation_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT reservation_released_check CHECK ((released >= 0))
)
WITH (fillfactor='90');

ALTER TABLE ONLY aftercare.dispute
    ADD CONSTRAINT dispute_pkey PRIMARY KEY (bucket, purchase, id);

ALTER TABLE ONLY aftercare.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (bucket, purchase, dispute, id);

ALTER TABLE ONLY aftercare.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (market);

ALTER TABLE ONLY aftercare.return_line
    ADD CONSTRAINT return_line_pkey PRIMARY KEY (bucket, purchase, return, line);

ALTER TABLE ONLY aftercare.return
    ADD CONSTRAINT return_pkey PRIMARY KEY (bucket, purchase, id);

ALTER TABLE ONLY billing.business
    ADD CONSTRAINT business_pkey PRIMARY KEY (party);

ALTER TABLE ONLY billing.document
    ADD CONSTRAINT document_number_key UNIQUE (number);

ALTER TABLE ONLY billing.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY billing.document
    ADD CONSTRAINT document_prefix_kind_year_no_key UNIQUE (prefix, kind, year, no);

ALTER TABLE ONLY billing.document
    ADD CONSTRAINT document_seller_market_month_currency_kind_key UNIQUE (seller, market, month, currency, kind);

ALTER TABLE ONLY billing.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (document, no);

ALTER TABLE ONLY billing.month
    ADD CONSTRAINT month_pkey PRIMARY KEY (market, month);

ALTER TABLE ONLY billing.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (prefix, kind, year);

ALTER TABLE ONLY campaigns.buyer_counter
    ADD CONSTRAINT buyer_counter_pkey PRIMARY KEY (bucket, campaign, buyer);

ALTER TABLE ONLY campaigns.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY campaigns.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (bucket, campaign);

ALTER TABLE ONLY campaigns.redemption
    ADD CONSTRAINT redemption_pkey PRIMARY KEY (bucket, campaign, purchase);

ALTER TABLE ONLY catalog.category
    ADD CONSTRAINT category_pkey PRIMARY KEY (id);

ALTER TABLE ONLY catalog.category
    ADD CONSTRAINT category_slug_key UNIQUE (slug);

ALTER TABLE ONLY catalog.offer
    ADD CONSTRAINT offer_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY catalog.offer_price
    ADD CONSTRAINT offer_price_pkey PRIMARY KEY (bucket, offer, currency);

ALTER TABLE ONLY catalog.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id);

ALTER TABLE ONLY catalog.product
    ADD CONSTRAINT product_slug_key UNIQUE (slug);

ALTER TABLE ONLY catalog.variant
    ADD CONSTRAINT variant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY catalog.variant
    ADD CONSTRAINT variant_sku_key UNIQUE (sku);

ALTER TABLE ONLY kernel.command
    ADD CONSTRAINT command_pkey PRIMARY KEY (bucket, key, principal);

ALTER TABLE ONLY kernel.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (bucket, xid, id);

ALTER TABLE ONLY kernel.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (name, bucket);

ALTER TABLE ONLY kernel.transition
    ADD CONSTRAINT transition_pkey PRIMARY KEY (bucket, entity, dst);

ALTER TABLE ONLY ledger.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (name);

ALTER TABLE ONLY ledger.balance
    ADD CONSTRAINT balance_pkey PRIMARY KEY (bucket, subject, account, currency);

ALTER TABLE ONLY ledger.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY ledger.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (bucket, journal, no);

ALTER TABLE ONLY markets.fee_book
    ADD CONSTRAINT fee_book_pkey PRIMARY KEY (one);

ALTER TABLE ONLY markets.fee_policy
    ADD CONSTRAINT fee_policy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY markets.fee_rule
    ADD CONSTRAINT fee_rule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY markets.fx_rate
    ADD CONSTRAINT fx_rate_pkey PRIMARY KEY (currency, base, on_date);

ALTER TABLE ONLY markets.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (id);

ALTER TABLE ONLY markets.market
    ADD CONSTRAINT market_slug_key UNIQUE (slug);

ALTER TABLE ONLY markets.tax_rate
    ADD CONSTRAINT tax_rate_pkey PRIMARY KEY (country, region, tax_class, valid_from);

ALTER TABLE ONLY orders.chargeback_part
    ADD CONSTRAINT chargeback_part_pkey PRIMARY KEY (bucket, purchase, chargeback, "order");

ALTER TABLE ONLY orders.chargeback
    ADD CONSTRAINT chargeback_pkey PRIMARY KEY (bucket, purchase, id);

ALTER TABLE ONLY orders.discount
    ADD CONSTRAINT discount_pkey PRIMARY KEY (bucket, purchase, "order", line, campaign);

ALTER TABLE ONLY orders.dispute
    ADD CONSTRAINT dispute_pkey PRIMARY KEY (bucket, purchase, "order");

ALTER TABLE ONLY orders.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (bucket, purchase, "order", no);

ALTER TABLE ONLY orders.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (bucket, purchase, id);

ALTER TABLE ONLY orders.purchase
    ADD CONSTRAINT purchase_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY orders.quote
    ADD CONSTRAINT quote_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY orders.tax_quote
    ADD CONSTRAINT tax_quote_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY parties.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY parties.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (bucket, organisation, person);

ALTER TABLE ONLY parties.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY parties.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY parties.suspension
    ADD CONSTRAINT suspension_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.bank_file
    ADD CONSTRAINT bank_file_message_key UNIQUE (message);

ALTER TABLE ONLY payments.bank_file
    ADD CONSTRAINT bank_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY payments.bank_statement
    ADD CONSTRAINT bank_statement_account_currency_statement_day_key UNIQUE (account, currency, statement, day);

ALTER TABLE ONLY payments.bank_statement
    ADD CONSTRAINT bank_statement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY payments.bond
    ADD CONSTRAINT bond_pkey PRIMARY KEY (bucket, seller, currency);

ALTER TABLE ONLY payments.break
    ADD CONSTRAINT break_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.break
    ADD CONSTRAINT break_provider_day_kind_movement_key_no_key UNIQUE (provider, day, kind, movement, key, no);

ALTER TABLE ONLY payments.charge
    ADD CONSTRAINT charge_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.credit_move
    ADD CONSTRAINT credit_move_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.exchange
    ADD CONSTRAINT exchange_pkey PRIMARY KEY (bucket, "order");

ALTER TABLE ONLY payments.gift_card
    ADD CONSTRAINT gift_card_id_key UNIQUE (id);

ALTER TABLE ONLY payments.gift_card
    ADD CONSTRAINT gift_card_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY payments.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.payout_hold
    ADD CONSTRAINT payout_hold_pkey PRIMARY KEY (bucket, seller);

ALTER TABLE ONLY payments.payout
    ADD CONSTRAINT payout_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.payout_policy
    ADD CONSTRAINT payout_policy_pkey PRIMARY KEY (currency);

ALTER TABLE ONLY payments.payout_turn
    ADD CONSTRAINT payout_turn_pkey PRIMARY KEY (bucket, seller, currency);

ALTER TABLE ONLY payments.reconciliation
    ADD CONSTRAINT reconciliation_pkey PRIMARY KEY (provider, day);

ALTER TABLE ONLY payments.refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.reserve_tranche
    ADD CONSTRAINT reserve_tranche_pkey PRIMARY KEY (bucket, seller, currency, release_on);

ALTER TABLE ONLY payments.seller_move
    ADD CONSTRAINT seller_move_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY payments.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY public.fondaco_migration
    ADD CONSTRAINT fondaco_migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY risk.hit
    ADD CONSTRAINT hit_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY risk.list
    ADD CONSTRAINT list_name_version_key UNIQUE (name, version);

ALTER TABLE ONLY risk.list
    ADD CONSTRAINT list_pkey PRIMARY KEY (generation);

ALTER TABLE ONLY risk.listed
    ADD CONSTRAINT listed_pkey PRIMARY KEY (list, entry, no);

ALTER TABLE ONLY risk.screening
    ADD CONSTRAINT screening_pkey PRIMARY KEY (bucket, party);

ALTER TABLE ONLY search.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (product);

ALTER TABLE ONLY search.listing
    ADD CONSTRAINT listing_pkey PRIMARY KEY (market, product);

ALTER TABLE ONLY search.statistics
    ADD CONSTRAINT statistics_pkey PRIMARY KEY (one);

ALTER TABLE ONLY search.term
    ADD CONSTRAINT term_pkey PRIMARY KEY (term);

ALTER TABLE ONLY shipping.content
    ADD CONSTRAINT content_pkey PRIMARY KEY (bucket, parcel, line);

ALTER TABLE ONLY shipping.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (bucket, parcel, id);

ALTER TABLE ONLY shipping.parcel
    ADD CONSTRAINT parcel_pkey PRIMARY KEY (bucket, id);

ALTER TABLE ONLY stock.level
    ADD CONSTRAINT level_pkey PRIMARY KEY (bucket, offer, location);

ALTER TABLE ONLY stock.location
    ADD CONSTRAINT location_pkey PRIMARY KEY (id);

ALTER TABLE ONLY stock.location
    ADD CONSTRAINT location_seller_name_key UNIQUE (seller, name);

ALTER TABLE ONLY stock.move
    ADD CONSTRAINT move_pkey PRIMARY KEY (bucket, offer, id);

ALTER TABLE ONLY stock.reservation
    ADD CONSTRAINT reservation_pkey PRIMARY KEY (bucket, "order", line, location);

CREATE INDEX dispute_buyer ON aftercare.dispute USING btree (buyer, id);

CREATE INDEX dispute_due ON aftercare.dispute USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE UNIQUE INDEX dispute_id ON aftercare.dispute USING btree (bucket, id);

CREATE UNIQUE INDEX dispute_once ON aftercare.dispute USING btree (bucket, "order") WHERE (closed_at IS NULL);

CREATE INDEX dispute_open ON aftercare.dispute USING btree (id) WHERE (closed_at IS NULL);

CREATE INDEX dispute_seller ON aftercare.dispute USING btree (seller, id);

CREATE INDEX return_buyer ON aftercare.return USING btree (buyer, id);

CREATE INDEX return_due ON aftercare.return USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE UNIQUE INDEX return_id ON aftercare.return USING btree (bucket, id);

CREATE INDEX return_order ON aftercare.return USING btree (bucket, "order", id);

CREATE INDEX return_seller ON aftercare.return USING btree (seller, id);

CREATE UNIQUE INDEX business_prefix ON billing.business USING btree (prefix) WHERE (prefix <> ''::text);

CREATE INDEX document_seller ON billing.document USING btree (seller, id);

CREATE INDEX campaign_automatic ON campaigns.campaign USING btree (market, ends_at) WHERE (code IS NULL);

CREATE UNIQUE INDEX campaign_code ON campaigns.campaign USING btree (code, market) WHERE (code IS NOT NULL);

CREATE INDEX campaign_market ON campaigns.campaign USING btree (market, id);

CREATE INDEX campaign_owner ON campaigns.campaign USING btree (owner, market, id) WHERE (owner IS NOT NULL);

CREATE INDEX offer_market ON catalog.offer USING btree (market, id);

CREATE UNIQUE INDEX offer_once ON catalog.offer USING btree (bucket, market, variant, seller, condition);

CREATE INDEX offer_seller ON catalog.offer USING btree (seller, id);

CREATE INDEX offer_variant ON catalog.offer USING btree (market, variant, price, id);

CREATE INDEX product_category ON catalog.product USING btree (category, id);

CREATE INDEX variant_product ON catalog.variant USING btree (product, id);

CREATE INDEX balance_payable ON ledger.balance USING btree (bucket, currency, subject) WHERE (account = 'payable'::text);

CREATE INDEX journal_at ON ledger.journal USING brin (at);

CREATE INDEX journal_root ON ledger.journal USING btree (bucket, root, id);

CREATE INDEX posting_debt_down ON ledger.posting USING btree (bucket, credit_subject, journal) WHERE (credit = 'receivable'::text);

CREATE INDEX posting_debt_up ON ledger.posting USING btree (bucket, debit_subject, journal) WHERE (debit = 'receivable'::text);

CREATE INDEX fee_policy_revision ON markets.fee_policy USING btree (revision);

CREATE UNIQUE INDEX fee_rule_base ON markets.fee_rule USING btree (market) WHERE base;

CREATE INDEX fee_rule_market ON markets.fee_rule USING btree (market, id);

CREATE INDEX fee_rule_revision ON markets.fee_rule USING btree (revision);

CREATE UNIQUE INDEX chargeback_once ON orders.chargeback USING btree (bucket, payment, reference);

CREATE INDEX chargeback_open ON orders.chargeback USING btree (evidence_due_at, id) WHERE (state = 'open'::text);

CREATE INDEX orders_due ON orders.orders USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX orders_seller ON orders.orders USING btree (seller, id);

CREATE INDEX purchase_buyer ON orders.purchase USING btree (buyer, id);

CREATE INDEX api_key_party ON parties.api_key USING btree (party, prefix);

CREATE UNIQUE INDEX api_key_prefix ON parties.api_key USING btree (prefix);

CREATE INDEX member_person ON parties.member USING btree (person);

CREATE INDEX organisation_name ON parties.organisation USING btree (kind, name, id);

CREATE INDEX organisation_suspended ON parties.organisation USING btree (id) WHERE (state = 'suspended'::text);

CREATE UNIQUE INDEX suspension_lasts ON parties.suspension USING btree (bucket, seller) WHERE (lifted_at IS NULL);

CREATE INDEX suspension_seller ON parties.suspension USING btree (bucket, seller, id);

CREATE INDEX bank_statement_order ON payments.bank_statement USING btree (account, currency, day, no, id);

CREATE INDEX bond_due ON payments.bond USING btree (bucket, look_at) WHERE (look_at IS NOT NULL);

CREATE INDEX break_of_day ON payments.break USING btree (provider, day, id);

CREATE INDEX break_open ON payments.break USING btree (id) WHERE (state = 'open'::text);

CREATE UNIQUE INDEX charge_period ON payments.charge USING btree (bucket, subscription, period) WHERE (subscription IS NOT NULL);

CREATE INDEX charge_seller ON payments.charge USING btree (bucket, seller, id);

CREATE INDEX credit_move_subject ON payments.credit_move USING btree (bucket, subject, id DESC);

CREATE INDEX payment_due ON payments.payment USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX payment_purchase ON payments.payment USING btree (bucket, purchase, id);

CREATE INDEX payout_due ON payments.payout USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX payout_file ON payments.payout USING btree (bank_file) WHERE (bank_file IS NOT NULL);

CREATE INDEX payout_seller ON payments.payout USING btree (bucket, seller, id);

CREATE INDEX payout_to_file ON payments.payout USING btree (bucket, id) WHERE ((provider = 'bank'::text) AND (bank_file IS NULL) AND (state = ANY (ARRAY['created'::text, 'approved'::text])));

CREATE INDEX payout_turn_due ON payments.payout_turn USING btree (bucket, next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX refund_credit_to ON payments.refund USING btree (credit_to) WHERE ((state = 'requested'::text) AND (credit_to IS NOT NULL));

CREATE INDEX refund_due ON payments.refund USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX refund_payment ON payments.refund USING btree (bucket, payment, id);

CREATE UNIQUE INDEX reserve_terms_whose ON payments.reserve_terms USING btree (market, seller) NULLS NOT DISTINCT;

CREATE INDEX reserve_tranche_due ON payments.reserve_tranche USING btree (bucket, release_on) WHERE (kept > (drawn + released));

CREATE INDEX seller_move_seller ON payments.seller_move USING btree (bucket, seller, id);

CREATE INDEX subscription_due ON payments.subscription USING btree (bucket, next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX subscription_seller ON payments.subscription USING btree (bucket, seller, id);

CREATE UNIQUE INDEX hit_once ON risk.hit USING btree (bucket, party, list, entry, name, digest);

CREATE INDEX hit_state ON risk.hit USING btree (state, id);

CREATE INDEX screening_stale ON risk.screening USING btree (bucket, generation);

CREATE INDEX document_average ON search.document USING btree (average, product);

CREATE INDEX listing_added ON search.listing USING btree (market, added, product);

CREATE INDEX listing_price ON search.listing USING btree (market, price, product);

CREATE INDEX listing_selling ON search.listing USING btree (market, selling, product);

CREATE INDEX term_word ON search.term USING gin (word public.gin_trgm_ops);

CREATE UNIQUE INDEX weight_term ON search.weight USING btree (term, product) INCLUDE (weight);

CREATE INDEX parcel_due ON shipping.parcel USING btree (bucket, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX parcel_order ON shipping.parcel USING btree (bucket, "order", id);

CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON aftercare.evidence FOR EACH STATEMENT EXECUTE FUNCTION aftercare.refuse_change();

CREATE TRIGGER evidence_stays BEFORE DELETE OR UPDATE ON aftercare.evidence FOR EACH ROW EXECUTE FUNCTION aftercare.refuse_change();

CREATE TRIGGER document_never_changes BEFORE DELETE OR UPDATE ON billing.document FOR EACH ROW EXECUTE FUNCTION billing.never_changes();

CREATE TRIGGER line_never_changes BEFORE DELETE OR UPDATE ON billing.line FOR EACH ROW EXECUTE FUNCTION billing.never_changes();

CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.journal FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER posting_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.posting FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER payout_keeps_to_file BEFORE UPDATE OF bank_file ON payments.payout FOR EACH ROW WHEN (((old.bank_file IS NOT NULL) AND (new.bank_file IS DISTINCT FROM old.bank_file))) EXECUTE FUNCTION payments.keep_to_file();

ALTER TABLE ONLY aftercare.dispute
    ADD CONSTRAINT dispute_bucket_purchase_order_fkey FOREIGN KEY (bucket, purchase, "order") REFERENCES orders.orders(bucket, purchase, id);

ALTER TABLE ONLY aftercare.dispute
    ADD CONSTRAINT dispute_bucket_purchase_return_fkey FOREIGN KEY (bucket, purchase, return) REFERENCES aftercare.return(bucket, purchase, id);

ALTER TABLE ONLY aftercare.evidence
    ADD CONSTRAINT evidence_bucket_purchase_dispute_fkey FOREIGN KEY (bucket, purchase, dispute) REFERENCES aftercare.dispute(bucket, purchase, id);

ALTER TABLE ONLY aftercare.return
    ADD CONSTRAINT return_bucket_purchase_order_fkey FOREIGN KEY (bucket, purchase, "order") REFERENCES orders.orders(bucket, purchase, id);

ALTER TABLE ONLY aftercare.return_line
    ADD CONSTRAINT return_line_bucket_purchase_return_fkey FOREIGN KEY (bucket, purchase, return) REFERENCES aftercare.return(bucket, purchase, id);

ALTER TABLE ONLY billing.line
    ADD CONSTRAINT line_document_fkey FOREIGN KEY (document) REFERENCES billing.document(id);

ALTER TABLE ONLY campaigns.counter
    ADD CONSTRAINT counter_campaign_fkey FOREIGN KEY (campaign) REFERENCES campaigns.campaign(id);

ALTER TABLE ONLY campaigns.redemption
    ADD CONSTRAINT redemption_bucket_campaign_fkey FOREIGN KEY (bucket, campaign) REFERENCES campaigns.counter(bucket, campaign);

ALTER TABLE ONLY catalog.category
    ADD CONSTRAINT category_parent_fkey FOREIGN KEY (parent) REFERENCES catalog.category(id);

ALTER TABLE ONLY catalog.offer
    ADD CONSTRAINT offer_category_fkey FOREIGN KEY (category) REFERENCES catalog.category(id);

ALTER TABLE ONLY catalog.offer
    ADD CONSTRAINT offer_market_fkey FOREIGN KEY (market) REFERENCES markets.market(id);

ALTER TABLE ONLY catalog.offer_price
    ADD CONSTRAINT offer_price_bucket_offer_fkey FOREIGN KEY (bucket, offer) REFERENCES catalog.offer(bucket, id);

ALTER TABLE ONLY catalog.offer
    ADD CONSTRAINT offer_product_fkey FOREIGN KEY (product) REFERENCES catalog.product(id);

ALTER TABLE ONLY catalog.offer
    ADD CONSTRAINT offer_variant_fkey FOREIGN KEY (variant) REFERENCES catalog.variant(id);

ALTER TABLE ONLY catalog.product
    ADD CONSTRAINT product_category_fkey FOREIGN KEY (category) REFERENCES catalog.category(id);

ALTER TABLE ONLY catalog.variant
    ADD CONSTRAINT variant_product_fkey FOREIGN KEY (product) REFERENCES catalog.product(id);

ALTER TABLE ONLY ledger.posting
    ADD CONSTRAINT posting_bucket_journal_fkey FOREIGN KEY (bucket, journal) REFERENCES ledger.journal(bucket, id);

ALTER TABLE ONLY markets.fee_policy
    ADD CONSTRAINT fee_policy_market_fkey FOREIGN KEY (market) REFERENCES markets.market(id);

ALTER TABLE ONLY markets.fee_rule
    ADD CONSTRAINT fee_rule_market_fkey FOREIGN KEY (market) REFERENCES markets.market(id);

ALTER TABLE ONLY orders.chargeback_part
    ADD CONSTRAINT chargeback_part_bucket_purchase_chargeback_fkey FOREIGN KEY (bucket, purchase, chargeback) REFERENCES orders.chargeback(bucket, purchase, id);

ALTER TABLE ONLY orders.chargeback_part
    ADD CONSTRAINT chargeback_part_bucket_purchase_order_fkey FOREIGN KEY (bucket, purchase, "order") REFERENCES orders.orders(bucket, purchase, id);

ALTER TABLE ONLY orders.discount
    ADD CONSTRAINT discount_bucket_purchase_order_line_fkey FOREIGN KEY (bucket, purchase, "order", line) REFERENCES orders.line(bucket, purchase, "order", no);

ALTER TABLE ONLY orders.dispute
    ADD CONSTRAINT dispute_bucket_purchase_order_fkey FOREIGN KEY (bucket, purchase, "order") REFERENCES orders.orders(bucket, purchase, id);

ALTER TABLE ONLY orders.line
    ADD CONSTRAINT line_bucket_purchase_order_fkey FOREIGN KEY (bucket, purchase, "order") REFERENCES orders.orders(bucket, purchase, id);

ALTER TABLE ONLY orders.orders
    ADD CONSTRAINT orders_bucket_purchase_fkey FOREIGN KEY (bucket, purchase) REFERENCES orders.purchase(bucket, id);

ALTER TABLE ONLY parties.member
    ADD CONSTRAINT member_bucket_organisation_fkey FOREIGN KEY (bucket, organisation) REFERENCES parties.organisation(bucket, id);

ALTER TABLE ONLY parties.suspension
    ADD CONSTRAINT suspension_bucket_seller_fkey FOREIGN KEY (bucket, seller) REFERENCES parties.organisation(bucket, id);

ALTER TABLE ONLY payments.break
    ADD CONSTRAINT break_provider_day_fkey FOREIGN KEY (provider, day) REFERENCES payments.reconciliation(provider, day);

ALTER TABLE ONLY payments.payout
    ADD CONSTRAINT payout_bank_file_fkey FOREIGN KEY (bank_file) REFERENCES payments.bank_file(id);

ALTER TABLE ONLY payments.refund
    ADD CONSTRAINT refund_bucket_payment_fkey FOREIGN KEY (bucket, payment) REFERENCES payments.payment(bucket, id);

ALTER TABLE ONLY search.document
    ADD CONSTRAINT document_product_fkey FOREIGN KEY (product) REFERENCES catalog.product(id);

ALTER TABLE ONLY shipping.content
    ADD CONSTRAINT content_bucket_parcel_fkey FOREIGN KEY (bucket, parcel) REFERENCES shipping.parcel(bucket, id);

ALTER TABLE ONLY shipping.event
    ADD CONSTRAINT event_bucket_parcel_fkey FOREIGN KEY (bucket, parcel) REFERENCES shipping.parcel(bucket, id);

ALTER TABLE ONLY stock.level
    ADD CONSTRAINT level_location_fkey FOREIGN KEY (location) REFERENCES stock.location(id);
