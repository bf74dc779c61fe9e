-- Identifiers are compared as bytes everywhere: COLLATE "C", no folding, no normalising.

-- Which running PostgreSQL this is: changes with a restart, a promotion, and when a stopped copy of
-- the data is put back. Not pg_control_checkpoint(): it shows the former timeline for a while.
CREATE FUNCTION keygate_instance() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT c.system_identifier
    || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
    || '/' || to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  FROM pg_control_system() c
$$;

-- The one row whose lock gives the feed its commit order and fences deposed writers.
CREATE TABLE feed_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  -- a new random value makes every reader read everything again
  epoch uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  -- random for each transaction: tells two changes of the same number apart after lost commits
  change_id uuid NOT NULL,
  -- raised by each leader, together with a new leader id; every write carries both
  term bigint NOT NULL CHECK (term >= 0),
  leader uuid,
  -- how long a gateway's view stays fresh after a renewal, for both sides; short until an operator
  -- has led, so that the first one need not wait for leases longer than its own
  lease_millis bigint NOT NULL CHECK (lease_millis BETWEEN 1000 AND 86400000),
  -- a longer one that was replaced, and until when a gateway may still hold it
  former_lease_millis bigint NOT NULL,
  former_lease_until timestamptz NOT NULL,
  -- the last part of the lease, in which a gateway still answers but counts as degraded
  stale_millis bigint NOT NULL DEFAULT 0 CHECK (stale_millis >= 0 AND stale_millis < lease_millis),
  -- the running PostgreSQL (keygate_instance) that an operator vouched for, and when; null until
  -- the first operator has led
  vouched text COLLATE "C",
  vouched_at timestamptz,
  -- UID of the Kubernetes cluster's kube-system namespace
  cluster_uid text COLLATE "C"
) WITH (
  fillfactor = 10,
  autovacuum_vacuum_threshold = 200,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_threshold = 2147483647
);

CREATE TABLE change_log (
  seq bigint NOT NULL CHECK (seq >= 0),
  ord integer NOT NULL CHECK (ord >= 0),
  change_id uuid NOT NULL,
  term bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN (
    'Start', 'OrganizationPut', 'OrganizationRemoved', 'KeyPut', 'KeyRemoved')),
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (seq, ord)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

INSERT INTO feed_head (id, epoch, seq, change_id, term, lease_millis,
    former_lease_millis, former_lease_until)
  VALUES (1, gen_random_uuid(), 0, gen_random_uuid(), 0, 2000, 2000, '-infinity');
-- A reader at position 0 finds its change id like at any other position.
INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
  SELECT seq, 0, change_id, term, 'Start', '{}' FROM feed_head;

-- Printable ASCII without spaces, so that lists of them can be joined.
CREATE FUNCTION keygate_are_permissions(text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT array_position($1, NULL) IS NULL AND array_position($1, '') IS NULL
    AND array_to_string($1, '') COLLATE "C" ~ '^[!-~]*$'
$$;

CREATE TABLE organization (
  uid text COLLATE "C" PRIMARY KEY CHECK (uid ~ '^[!-~]{1,128}$'),
  id text COLLATE "C" NOT NULL UNIQUE CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text COLLATE "C" NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 253),
  parent_id text COLLATE "C" REFERENCES organization (id) DEFERRABLE INITIALLY DEFERRED,
  display_name text NOT NULL,
  -- null: the parent's
  permissions text[] CHECK (keygate_are_permissions(permissions)),
  suspended boolean NOT NULL,
  -- feed number at which it last changed
  position bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (parent_id <> id)
);
CREATE INDEX organization_parent ON organization (parent_id);

-- Rows are never deleted: the hashes of a deleted key's versions must never come back.
CREATE TABLE api_key (
  uid text COLLATE "C" PRIMARY KEY CHECK (uid ~ '^[!-~]{1,128}$'),
  namespace text COLLATE "C" NOT NULL CHECK (length(namespace) BETWEEN 1 AND 253),
  name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 253),
  -- no foreign key: a deleted key outlives its organization; checked under the feed's lock
  organization_id text COLLATE "C" NOT NULL CHECK (organization_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  environment text COLLATE "C" NOT NULL CHECK (environment ~ '^[a-z0-9-]{1,32}$'),
  permissions text[] NOT NULL CHECK (keygate_are_permissions(permissions)),
  expires_at timestamptz,
  -- spec.rotation.revision that the latest version was minted for; a lower one rotates nothing
  handled_revision bigint NOT NULL DEFAULT 0 CHECK (handled_revision >= 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);
CREATE INDEX api_key_organization ON api_key (organization_id) WHERE deleted_at IS NULL;

CREATE TABLE key_version (
  key_id text COLLATE "C" PRIMARY KEY CHECK (key_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  api_key_uid text COLLATE "C" NOT NULL REFERENCES api_key (uid),
  number integer NOT NULL CHECK (number >= 1),
  hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  hint text NOT NULL CHECK (length(hint) BETWEEN 1 AND 64),
  state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'revoked')),
  -- feed number at which it last changed: what replicas must acknowledge
  position bigint NOT NULL,
  issued_at timestamptz NOT NULL,
  -- why it was minted: Created, Reissued, SecretLost, Scheduled, RevisionRaised
  issue_reason text NOT NULL DEFAULT 'Created',
  -- null: it never was the key in use
  activated_at timestamptz,
  retire_at timestamptz,
  revoked_at timestamptz,
  -- why it was revoked
  reason text,
  UNIQUE (api_key_uid, number),
  CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK (state <> 'retiring' OR retire_at IS NOT NULL)
);
CREATE INDEX key_version_usable ON key_version (api_key_uid, number) WHERE state <> 'revoked';
CREATE INDEX key_version_retiring ON key_version (api_key_uid) WHERE state = 'retiring';

-- Revoked is for good, whatever the code above believes.
CREATE FUNCTION keygate_revoked_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a revoked key version is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER key_version_revoked_is_final BEFORE UPDATE ON key_version
  FOR EACH ROW WHEN (OLD.state = 'revoked') EXECUTE FUNCTION keygate_revoked_is_final();

-- One row for each live gateway process; see docs/adr/0005-leases-and-acknowledgement.md.
CREATE TABLE gateway_ack (
  replica uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 253),
  -- what it acknowledged last; null before its first renewal
  epoch uuid,
  applied_seq bigint,
  applied_change_id uuid,
  renewals bigint NOT NULL DEFAULT 0,
  registered_at timestamptz NOT NULL DEFAULT now(),
  renewed_at timestamptz NOT NULL DEFAULT now(),
  -- everything that it counted before this time is stored; null before its first flush
  flushed_at timestamptz,
  CHECK (num_nulls(epoch, applied_seq, applied_change_id) IN (0, 3))
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

-- When an operator gave up a replica that had not said good-bye: what it counted last is not known.
CREATE TABLE gateway_lost (
  replica uuid PRIMARY KEY,
  at timestamptz NOT NULL
);

CREATE TABLE usage_hour (
  key_id text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
  requests bigint NOT NULL CHECK (requests > 0),
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (key_id, hour)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX usage_hour_hour ON usage_hour USING brin (hour);

CREATE TABLE usage_total (
  key_id text COLLATE "C" PRIMARY KEY,
  api_key_uid text COLLATE "C" NOT NULL,
  -- 0 while the first exchange is still open
  requests bigint NOT NULL CHECK (requests >= 0),
  last_used_at timestamptz NOT NULL,
  -- when counts last arrived, by the clock of this server: what rotations are decided on
  changed_at timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX usage_total_changed ON usage_total (changed_at);

-- Number of the last batch of each replica that was added.
CREATE TABLE usage_cursor (
  replica uuid PRIMARY KEY,
  n bigint NOT NULL CHECK (n >= 0),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

-- Who still uses a retiring version.
CREATE TABLE straggler (
  key_id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL CHECK (length(source) <= 128),
  user_agent text COLLATE "C" NOT NULL CHECK (length(user_agent) <= 128),
  route text COLLATE "C" NOT NULL CHECK (length(route) <= 128),
  last_seen timestamptz NOT NULL,
  requests bigint NOT NULL CHECK (requests > 0),
  PRIMARY KEY (key_id, source, user_agent, route)
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  seq bigint NOT NULL,
  term bigint NOT NULL,
  action text NOT NULL,
  uid text COLLATE "C" NOT NULL,
  namespace text COLLATE "C",
  name text COLLATE "C" NOT NULL,
  organization_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C",
  reason text
);
CREATE INDEX audit_at ON audit USING brin (at);
CREATE INDEX audit_uid ON audit (uid, id);
