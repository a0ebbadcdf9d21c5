-- Vocabulary for both databases: TEXT, BIGINT, BOOLEAN. Instants are UTC seconds (columns *_at) or milliseconds (*_ms),
-- bitcoin is msat, other decimals are text with every digit.
CREATE TABLE stores (
    id TEXT NOT NULL PRIMARY KEY,
    -- btcpay or demo; angor or angor_demo, where a store is a project and its invoices are the investments. Live and
    -- demo never mix in a figure.
    source TEXT NOT NULL,
    -- When the latest walk over all invoices began, and over those of the last 35 days: what else is due follows from it.
    full_walk_at BIGINT,
    month_walk_at BIGINT
);

CREATE TABLE invoices (
    store_id TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    additional_status TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    monitored_until BIGINT,
    archived BOOLEAN NOT NULL,
    order_id TEXT,
    order_url TEXT,
    item_code TEXT,
    item_desc TEXT,
    buyer_email TEXT,
    upstream_missing BOOLEAN NOT NULL,
    -- Derived from the payments when the row is written, so that lists can be sorted by them.
    raised_msat BIGINT NOT NULL,
    pending_msat BIGINT NOT NULL,
    paid_fiat TEXT,
    paid_at BIGINT,
    methods TEXT NOT NULL,
    -- Lower-cased by us: the two databases fold case differently.
    search TEXT NOT NULL,
    -- When BTCPay was asked; an older answer never overwrites a newer one.
    observed_ms BIGINT NOT NULL,
    PRIMARY KEY (store_id, id)
);
CREATE INDEX invoices_by_created ON invoices (store_id, created_at, id);
CREATE INDEX invoices_by_raised ON invoices (store_id, raised_msat, id);
CREATE INDEX invoices_by_status ON invoices (store_id, status, created_at);
CREATE INDEX invoices_by_id ON invoices (id);

CREATE TABLE payments (
    store_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    method_id TEXT NOT NULL,
    coin TEXT NOT NULL,
    status TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    value TEXT NOT NULL,
    fee TEXT NOT NULL,
    rate TEXT,
    net_msat BIGINT NOT NULL,
    -- Derived: onchain, lightning or other; raised, pending or none.
    family TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (store_id, invoice_id, id)
);
CREATE INDEX payments_by_received ON payments (store_id, state, received_at, invoice_id);

CREATE TABLE deliveries (
    -- A number of ours that grows with time.
    id TEXT NOT NULL PRIMARY KEY,
    -- What makes a repeat a repeat, for ever: the first attempt's delivery id, or the body's hash. Null for what was refused.
    dedup_key TEXT,
    -- Empty for the first of its key, its own id for each repeat.
    repeat_id TEXT NOT NULL,
    original_delivery_id TEXT,
    delivery_id TEXT,
    store_id TEXT,
    invoice_id TEXT,
    event_type TEXT,
    received_ms BIGINT NOT NULL,
    verified BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    signature_preview TEXT,
    -- The body to the byte; null for what was refused.
    payload TEXT,
    -- What was decided when it came in, where that needs words.
    note TEXT,
    -- Failed tries to read its invoice.
    attempts BIGINT NOT NULL,
    -- The invoice was read once and was behind the event; the next reading is taken as it is.
    behind BOOLEAN NOT NULL,
    -- When its invoice is to be read, UTC milliseconds; null when nothing is left to do.
    next_ms BIGINT,
    -- Lower-cased by us: the two databases fold case differently.
    search TEXT NOT NULL
);
CREATE UNIQUE INDEX deliveries_by_key ON deliveries (dedup_key, repeat_id);
CREATE INDEX deliveries_by_received ON deliveries (received_ms, id);
CREATE INDEX deliveries_by_outcome ON deliveries (outcome, received_ms, id);
CREATE INDEX deliveries_by_invoice ON deliveries (invoice_id, received_ms);
CREATE INDEX deliveries_due ON deliveries (next_ms) WHERE next_ms IS NOT NULL;

-- What happened to a delivery after it came in. The same thing again only counts up.
CREATE TABLE delivery_steps (
    -- Our id of the delivery.
    delivery TEXT NOT NULL,
    step BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    times BIGINT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (delivery, step)
);

CREATE TABLE sync_runs (
    store_id TEXT NOT NULL,
    id TEXT NOT NULL,
    -- running, done or failed.
    state TEXT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    fetched BIGINT NOT NULL,
    inserted BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    error_code TEXT,
    error_message TEXT,
    PRIMARY KEY (store_id, id)
);
CREATE INDEX sync_runs_by_start ON sync_runs (started_ms);

-- Projects of Angor. All but the document are there to filter and to sort by.
CREATE TABLE source_projects (
    -- angor or demo.
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    -- Whether it is listed without being asked for.
    verified BOOLEAN NOT NULL,
    -- The moderator on whose list it stands.
    denied_by TEXT,
    -- Hexadecimal of the folded title: the two databases order text differently.
    title_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    raised_sats BIGINT NOT NULL,
    investors BIGINT NOT NULL,
    fetched_ms BIGINT NOT NULL,
    -- domain::Project as JSON.
    document TEXT NOT NULL,
    -- domain::Investment, a list as JSON: with the stages' outputs, which invoices do not have.
    investments TEXT NOT NULL,
    -- What the source checked it by, as JSON of the source; empty for the demo.
    evidence TEXT NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX source_projects_by_created ON source_projects (source, created_at, id);
CREATE INDEX source_projects_by_raised ON source_projects (source, raised_sats, id);
CREATE INDEX source_projects_by_investors ON source_projects (source, investors, id);
CREATE INDEX source_projects_by_title ON source_projects (source, title_key, id);

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
