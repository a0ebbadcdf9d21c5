-- Sums, changed in the transaction that changes the invoice. All of it can be made anew from invoices and payments.
CREATE TABLE scopes (
    -- A number of our own, so that the tables below stay narrow.
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL
);
CREATE UNIQUE INDEX scopes_by_ref ON scopes (kind, ref);

CREATE TABLE rollup_money (
    scope BIGINT NOT NULL,
    -- slot (quarter-hours of UTC), day or month (of the display zone); bucket is its number since 1970.
    tier TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    method TEXT NOT NULL,
    state TEXT NOT NULL,
    currency TEXT NOT NULL,
    msat BIGINT NOT NULL,
    fiat TEXT NOT NULL,
    payments BIGINT NOT NULL,
    PRIMARY KEY (scope, tier, bucket, method, state, currency)
);

CREATE TABLE rollup_people (
    scope BIGINT NOT NULL,
    tier TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    -- any, onchain or lightning: the filter through which the invoices were looked at.
    method TEXT NOT NULL,
    contributions BIGINT NOT NULL,
    anonymous BIGINT NOT NULL,
    msat BIGINT NOT NULL,
    PRIMARY KEY (scope, tier, bucket, method)
);

CREATE TABLE rollup_created (
    scope BIGINT NOT NULL,
    tier TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    status TEXT NOT NULL,
    invoices BIGINT NOT NULL,
    onchain_msat BIGINT NOT NULL,
    lightning_msat BIGINT NOT NULL,
    other_msat BIGINT NOT NULL,
    PRIMARY KEY (scope, tier, bucket, status)
);

-- The contributions of a day, packed: medians and distinct people of any range are counted from these.
CREATE TABLE rollup_sheets (
    scope BIGINT NOT NULL,
    method TEXT NOT NULL,
    -- Number of the day of the display zone.
    bucket BIGINT NOT NULL,
    sheet BYTEA NOT NULL,
    PRIMARY KEY (scope, method, bucket)
);

-- Contributions of all time by size class, packed.
CREATE TABLE rollup_sizes (
    scope BIGINT NOT NULL,
    method TEXT NOT NULL,
    sizes BYTEA NOT NULL,
    PRIMARY KEY (scope, method)
);

CREATE TABLE rollup_backers (
    scope BIGINT NOT NULL,
    method TEXT NOT NULL,
    backer BIGINT NOT NULL,
    contributions BIGINT NOT NULL,
    PRIMARY KEY (scope, method, backer)
);

-- Number of rows of rollup_backers: counting them takes long.
CREATE TABLE rollup_backer_counts (
    scope BIGINT NOT NULL,
    method TEXT NOT NULL,
    backers BIGINT NOT NULL,
    PRIMARY KEY (scope, method)
);

-- The contributions behind people and sizes, one row each.
CREATE TABLE contributions (
    scope BIGINT NOT NULL,
    invoice_id TEXT NOT NULL,
    method TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    msat BIGINT NOT NULL,
    class BIGINT NOT NULL,
    backer BIGINT,
    PRIMARY KEY (scope, invoice_id, method)
);
CREATE INDEX contributions_by_time ON contributions (scope, method, first_at, invoice_id);
CREATE INDEX contributions_by_class ON contributions (scope, method, class, msat);
