-- What BI tools see of deliveries, next to the marts. It is made anew from the ops file, so a new
-- warehouse has it after the next run.
create or replace table warehouse.main.alert_episodes as
select
    destination,
    alert_key,
    episode,
    rule,
    severity_of(told_severity_rank) as told_severity,
    told_amount,
    told_sentence,
    started_on,
    told_on,
    seen_on,
    ended_on,
    ended_on is null as is_firing
from ops.main.episodes
order by started_on, destination, alert_key;

create or replace table warehouse.main.alert_deliveries as
select
    outbox.notification_id,
    outbox.destination,
    outbox_alerts.alert_key,
    outbox_alerts.episode,
    outbox_alerts.rule,
    outbox_alerts.change,
    outbox_alerts.severity,
    outbox.status,
    outbox.result,
    outbox.attempts,
    outbox.created_at,
    outbox.ended_at
from ops.main.outbox
left join ops.main.outbox_alerts on outbox_alerts.notification_id = outbox.notification_id
order by outbox.created_at, outbox.notification_id, outbox_alerts.alert_key;

create or replace table warehouse.main.alert_feedback as
select
    rules.rule,
    count(feedback.rule) as opinions,
    count(feedback.rule) filter (where feedback.verdict = 'useful') as useful,
    count(feedback.rule) filter (where feedback.verdict = 'noise') as noise,
    cast(count(feedback.rule) filter (where feedback.verdict = 'useful') as double)
    / nullif(count(feedback.rule), 0) as useful_share,
    max(feedback.given_at) as last_given_at
from warehouse.main.alert_rule_evaluations as rules
left join ops.main.feedback on feedback.rule = rules.rule
group by rules.rule
order by rules.rule;

comment on table warehouse.main.alert_episodes is
    'One row per destination, alert and time it fired, as far as the destination was told of it.';
comment on column warehouse.main.alert_episodes.destination is 'Name of the destination in notifications.yml.';
comment on column warehouse.main.alert_episodes.alert_key is 'Id of the alert, as in the table alerts.';
comment on column warehouse.main.alert_episodes.episode is 'Which time it is that the alert fires for the destination, from 1.';
comment on column warehouse.main.alert_episodes.rule is 'Rule of the alert, or what a trouble of the owner is about (build, data, delivery).';
comment on column warehouse.main.alert_episodes.told_severity is 'Severity as it was told last.';
comment on column warehouse.main.alert_episodes.told_amount is 'Amount at stake as it was told last.';
comment on column warehouse.main.alert_episodes.told_sentence is 'The sentence as it was told last.';
comment on column warehouse.main.alert_episodes.started_on is 'As-of date of the first message.';
comment on column warehouse.main.alert_episodes.told_on is 'As-of date of the last message.';
comment on column warehouse.main.alert_episodes.seen_on is 'Last as-of date on which it was firing.';
comment on column warehouse.main.alert_episodes.ended_on is 'As-of date on which it counted as over; NULL while it fires.';
comment on column warehouse.main.alert_episodes.is_firing is 'Whether it is not over.';

comment on table warehouse.main.alert_deliveries is
    'One row per message and alert that it tells; a message that tells none, as a quiet digest, has one row.';
comment on column warehouse.main.alert_deliveries.notification_id is 'Id of the message, as it ends each message.';
comment on column warehouse.main.alert_deliveries.destination is 'Name of the destination in notifications.yml.';
comment on column warehouse.main.alert_deliveries.alert_key is 'Id of the alert, as in the table alerts. NULL where the message tells of none.';
comment on column warehouse.main.alert_deliveries.episode is 'Which time it is that the alert fires for the destination, from 1.';
comment on column warehouse.main.alert_deliveries.rule is 'Rule of the alert, or what a trouble of the owner is about (build, data, delivery).';
comment on column warehouse.main.alert_deliveries.change is 'Why it was told: baseline, first, new_member, worse, reminder or resolved.';
comment on column warehouse.main.alert_deliveries.severity is 'Severity at that time.';
comment on column warehouse.main.alert_deliveries.status is 'pending, sent, dead (no attempt will bring it) or dropped (its destination left the file).';
comment on column warehouse.main.alert_deliveries.result is 'What the last attempt ended with.';
comment on column warehouse.main.alert_deliveries.attempts is 'How often it was tried.';
comment on column warehouse.main.alert_deliveries.created_at is 'When it was queued, UTC.';
comment on column warehouse.main.alert_deliveries.ended_at is 'When it was sent or given up, UTC; NULL while it is pending.';

comment on table warehouse.main.alert_feedback is
    'One row per rule: what its readers thought of its alerts.';
comment on column warehouse.main.alert_feedback.rule is 'The rule.';
comment on column warehouse.main.alert_feedback.opinions is 'How many opinions were given.';
comment on column warehouse.main.alert_feedback.useful is 'Of these, those that found an alert useful.';
comment on column warehouse.main.alert_feedback.noise is 'Of these, those that found it noise.';
comment on column warehouse.main.alert_feedback.useful_share is 'Share of the opinions that found it useful; NULL without any.';
comment on column warehouse.main.alert_feedback.last_given_at is 'When the last opinion was given, UTC; NULL without any.';
