-- What has been said to whom. Losing this file costs one repeated digest, never a fact.

-- One row: which layout the tables have; a file of another is refused.
create table if not exists layouts (layout integer primary key);
insert into layouts select 1 where not exists (select 1 from layouts);

-- One row per audience: the last day it was told of.
create table if not exists told_days (audience varchar primary key, day date not null);

-- One row per destination that has had its first digest.
create table if not exists introductions (
    destination varchar primary key,
    introduced_on date not null,
    weekly_digest_on date not null
);

-- One row per destination, alert and time it fired; ended_on is NULL while it fires.
create table if not exists episodes (
    destination varchar not null,
    alert_key varchar not null,
    episode integer not null,
    rule varchar not null,
    started_on date not null,
    seen_on date not null,
    ended_on date,
    told_on date not null,
    told_severity_rank integer not null,
    told_amount decimal(18, 2) not null,
    told_sentence varchar not null,
    primary key (destination, alert_key, episode)
);

-- One row per message and recipient: pending until it is sent, dead, or dropped with its destination.
create table if not exists outbox (
    notification_id varchar primary key,
    run_id varchar not null,
    destination varchar not null,
    recipient varchar,
    created_at timestamp not null,
    tried_since timestamp not null,
    format varchar not null,
    severity_rank integer not null,
    position integer not null,
    payload varchar not null,
    late_payload varchar not null,
    status varchar not null check (status in ('pending', 'sent', 'dead', 'dropped')),
    attempts integer not null,
    next_attempt_at timestamp not null,
    result varchar,
    ended_at timestamp
);

-- One row per alert that a message tells, and why it does.
create table if not exists outbox_alerts (
    notification_id varchar not null,
    alert_key varchar not null,
    episode integer not null,
    rule varchar not null,
    change varchar not null,
    severity varchar not null,
    primary key (notification_id, alert_key)
);

-- One row per opinion of a reader.
create table if not exists feedback (
    given_at timestamp not null,
    alert_key varchar not null,
    rule varchar not null,
    verdict varchar not null check (verdict in ('useful', 'noise')),
    note varchar
);
