"""All tables. Instants are milliseconds since 1970 UTC, amounts whole kopecks."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Acquirer. `behaviour` is a tag taken from the test number; the number itself and the CVC are never stored.
CREATE TABLE IF NOT EXISTS methods (
    id TEXT PRIMARY KEY, shop_id TEXT NOT NULL, status TEXT NOT NULL, saved INTEGER NOT NULL DEFAULT 0,
    first6 TEXT, last4 TEXT, scheme TEXT, expiry_year TEXT, expiry_month TEXT, behaviour TEXT,
    scripted_decline TEXT, standalone INTEGER NOT NULL DEFAULT 0, return_url TEXT, expires_at INTEGER,
    created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS methods_waiting ON methods (expires_at) WHERE status = 'pending';

CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, shop_id TEXT NOT NULL, status TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), refunded INTEGER NOT NULL DEFAULT 0
        CHECK (refunded BETWEEN 0 AND amount),
    capture INTEGER NOT NULL, save_method INTEGER NOT NULL, method_id TEXT REFERENCES methods (id),
    recurring INTEGER NOT NULL, description TEXT, return_url TEXT, metadata TEXT NOT NULL, customer TEXT,
    receipt TEXT, rrn TEXT, auth_code TEXT, three_d_secure INTEGER NOT NULL DEFAULT 0, party TEXT, reason TEXT,
    expires_at INTEGER, settle_at INTEGER, settle_reason TEXT, authorized_at INTEGER, captured_at INTEGER,
    created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_by_shop ON payments (shop_id, created_at, number);
CREATE INDEX IF NOT EXISTS payments_expiring ON payments (expires_at)
    WHERE status IN ('pending', 'waiting_for_capture');
CREATE INDEX IF NOT EXISTS payments_settling ON payments (settle_at) WHERE settle_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS refunds (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, shop_id TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES payments (id), status TEXT NOT NULL, amount INTEGER NOT NULL,
    description TEXT, metadata TEXT NOT NULL, receipt TEXT, party TEXT, reason TEXT, created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_by_shop ON refunds (shop_id, created_at, number);
CREATE INDEX IF NOT EXISTS refunds_by_payment ON refunds (payment_id);

CREATE TABLE IF NOT EXISTS idempotence_keys (
    shop_id TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, object_id TEXT NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (shop_id, key)
) WITHOUT ROWID;

-- What the cardholder has got to on the hosted page.
CREATE TABLE IF NOT EXISTS visits (
    object_id TEXT PRIMARY KEY, last4 TEXT NOT NULL, scheme TEXT NOT NULL, wrong_codes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- `due_at` is real time (never the moved clock); NULL while notifications are switched off.
CREATE TABLE IF NOT EXISTS notifications (
    number INTEGER PRIMARY KEY AUTOINCREMENT, shop_id TEXT NOT NULL, event TEXT NOT NULL, object_id TEXT NOT NULL,
    body TEXT NOT NULL, due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, delivered_at INTEGER,
    abandoned_at INTEGER, last_answer TEXT, created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS notifications_due ON notifications (due_at)
    WHERE delivered_at IS NULL AND abandoned_at IS NULL;
CREATE INDEX IF NOT EXISTS notifications_by_object ON notifications (object_id);

CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, operation TEXT NOT NULL, shop_id TEXT,
    times_left INTEGER, percent REAL, seed INTEGER NOT NULL DEFAULT 0, drawn INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0, ms INTEGER, reason TEXT
);

CREATE TABLE IF NOT EXISTS sms (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sms_id TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, text TEXT NOT NULL,
    sender TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sms_by_phone ON sms (phone, number);

CREATE TABLE IF NOT EXISTS mail (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL,
    size INTEGER NOT NULL, raw BLOB NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS mail_recipients (
    address TEXT NOT NULL, number INTEGER NOT NULL REFERENCES mail (number) ON DELETE CASCADE,
    PRIMARY KEY (address, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS esia_codes (
    code TEXT PRIMARY KEY, oid INTEGER NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL, nonce TEXT NOT NULL,
    challenge TEXT NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID;
"""
