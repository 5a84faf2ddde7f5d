-- What holds and what was judged, filled for one audience at a time.
create or replace temp table days (audience varchar, day date);
create or replace temp table judged (audience varchar, rule varchar);
create or replace temp table standing (
    audience varchar,
    alert_key varchar,
    rule varchar,
    severity_rank integer,
    amount_at_stake decimal(18, 2),
    sentence varchar,
    is_told boolean,
    muted_by varchar,
    alert json
);
-- Of the alerts that do not hold any more: those of which a new look says so.
create or replace temp table looked_at (alert_key varchar);
create or replace temp table silenced (alert_key varchar);
create or replace temp table noisy_rules (rule varchar, useful bigint, noise bigint);
create or replace temp table destinations (
    destination varchar,
    audience varchar,
    rules varchar[],
    minimum_severity varchar,
    reminder_days integer,
    keep_firing_days integer,
    worse_amount_ratio double,
    tells_one_by_one boolean,
    weekly_digest boolean
);
