-- What people make: agents (a key each), the runs they send and the cells of those runs.
-- Papers, models and devices are files of the catalogue and have no table here.

create table agents (
  id           uuid primary key,
  name         text not null check (char_length(name) between 1 and 80),
  -- SHA-256 of the key. The key is random with more than 128 bits, so a plain hash is enough
  -- (a slow hash protects what can be guessed); the key itself is never stored.
  key_hash     bytea not null unique check (octet_length(key_hash) = 32),
  -- The first characters of the key, for telling keys apart.
  key_prefix   text not null check (char_length(key_prefix) between 3 and 12),
  created_at   timestamptz not null,
  last_seen_at timestamptz,
  revoked_at   timestamptz
);

create table runs (
  -- The id that the document carries: sending a run twice is one run.
  id              uuid primary key,
  agent_id        uuid not null references agents (id),
  received_at     timestamptz not null,
  -- The document as it was sent, byte for byte. Every column below, and every row of cells, can be
  -- computed from it again.
  document        bytea not null check (octet_length(document) between 2 and 1048576),
  document_sha256 bytea not null,

  -- Columns for asking, copied from the document.
  created_at      timestamptz not null,
  engine          text not null,
  engine_build    text not null,
  runtime         text not null,
  kernels         text not null,
  threads         integer not null check (threads > 0),
  cpu_name        text not null,
  os              text not null,
  model_name      text not null,
  architecture    text not null,
  -- Catalogue id of the shape, where the sender named one.
  shape           text,
  format          text not null,
  parameters      bigint not null check (parameters > 0),
  file_bytes      bigint not null check (file_bytes > 0),
  header_sha256   text not null check (header_sha256 ~ '^[0-9a-f]{64}$'),
  synthetic       boolean not null,
  key_format      text not null,
  value_format    text not null,
  -- Catalogue id of the device, set by a later match of the raw names; null while unmatched.
  device_id       text,

  -- Quarantined runs are shown with the reason and take part in no ranking.
  state           text not null check (state in ('accepted', 'quarantined')),
  reason          text,
  constraint hash_is_of_document check (document_sha256 = sha256(document)),
  constraint quarantine_has_reason check ((state = 'quarantined') = (reason is not null))
);

create index runs_by_arrival on runs (state, received_at desc, id);
create index runs_by_agent on runs (agent_id);
create index runs_by_model on runs (coalesce(shape, header_sha256), format) where state = 'accepted';

-- One row for each test of a run. Everything here is computed by the server from the samples in
-- the run's document; nothing is taken from the sender.
create table cells (
  run_id           uuid not null references runs (id) on delete cascade,
  -- Place in the document, from 0.
  position         integer not null check (position >= 0),
  -- llama-bench's notation: pp512, tg128, tg128@d4096.
  test             text not null,
  prompt_tokens    integer not null check (prompt_tokens >= 0),
  generated_tokens integer not null check (generated_tokens >= 0),
  depth            integer not null check (depth >= 0),
  -- Tokens per second: median over processes, and the ends of its 95 % interval.
  median_rate      double precision not null check (median_rate > 0 and median_rate < 'Infinity'),
  low_rate         double precision not null check (low_rate > 0),
  high_rate        double precision not null check (high_rate < 'Infinity'),
  samples          integer not null check (samples > 0),
  -- Bytes read per second over the machine's measured read bandwidth; null for prefill, and where
  -- no ceiling was measured.
  share_of_ceiling double precision check (share_of_ceiling >= 0),
  primary key (run_id, position),
  unique (run_id, test),
  constraint prefill_or_decode check ((prompt_tokens > 0) <> (generated_tokens > 0)),
  constraint interval_in_order check (low_rate <= high_rate)
);

create index cells_by_test on cells (test, median_rate desc);
