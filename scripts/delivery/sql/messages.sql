-- One row per message to queue, its columns what the templates read. A destination is sent what
-- changed, once a week what holds, and one digest when it is new, also if all is quiet.
create or replace temp table messages as
with
    due as (
        select
            destinations.*,
            days.day,
            introductions.weekly_digest_on,
            introductions.destination is null as is_new,
            coalesce(
                destinations.weekly_digest and days.day - introductions.weekly_digest_on >= 7, false
            ) as is_weekly
        from destinations
        inner join days on days.audience = destinations.audience
        left join introductions on introductions.destination = destinations.destination
    ),

    -- That an alert is over is said only to those who may know of it.
    brought as (
        select distinct outbox.destination, outbox_alerts.alert_key, outbox_alerts.episode
        from outbox_alerts
        inner join outbox on outbox.notification_id = outbox_alerts.notification_id
        where outbox.status in ('pending', 'sent')
    ),

    told as (
        select
            changes.*,
            severity_of(changes.severity_rank) as severity,
            case when changes.tells_one_by_one then changes.alert_key end as own_message_of
        from changes
        left join brought
            on brought.destination = changes.destination
            and brought.alert_key = changes.alert_key
            and brought.episode = changes.told_episode
        where
            changes.change is not null
            -- An open incident is closed whatever else is to be said of it.
            and (
                (not changes.is_silenced and coalesce(changes.ended_as, '') <> 'not_asked')
                or (changes.tells_one_by_one and changes.change = 'resolved')
            )
            and (changes.change <> 'resolved' or brought.alert_key is not null)
            -- An incident that is open needs no reminder.
            and (changes.change <> 'reminder' or not changes.tells_one_by_one)
    ),

    grouped as (
        select
            destination,
            own_message_of,
            min(severity_rank) as severity_rank,
            list(
                {
                    'alert_key': alert_key,
                    'episode': told_episode,
                    'change': change,
                    'ended_as': ended_as,
                    'severity': severity,
                    'rule': rule,
                    'sentence': sentence,
                    'alert': alert
                }
                order by
                    change = 'resolved', severity_rank, change = 'reminder', amount_at_stake desc, alert_key
            ) as changes
        from told
        group by destination, own_message_of
    ),

    counted as (
        select
            destination,
            count(*) filter (
                where change is null and is_firing and is_sendable and episode is not null
            ) as unchanged,
            count(*) filter (where is_firing and is_silenced) as silenced
        from changes
        group by destination
    ),

    held as (
        select
            destination,
            list(
                {
                    'alert_key': alert_key,
                    'rule': rule,
                    'severity': severity_of(severity_rank),
                    'sentence': sentence,
                    'started_on': coalesce(started_on, day),
                    'weeks': date_diff('day', coalesce(started_on, day), day) // 7
                }
                order by severity_rank, started_on, alert_key
            ) as held
        from changes
        where is_firing and is_sendable
        group by destination
    ),

    -- What is not firing but was told. No word of a rule is no end of its alerts.
    remembered as (
        select
            episodes.destination,
            {
                'alert_key': episodes.alert_key,
                'rule': episodes.rule,
                'severity': severity_of(episodes.told_severity_rank),
                'sentence': episodes.told_sentence,
                'seen_on': episodes.seen_on,
                'ended_on': episodes.ended_on
            } as alert,
            episodes.told_severity_rank as severity_rank,
            episodes.ended_on is null and judged.rule is null as is_unjudged,
            coalesce(episodes.ended_on > due.weekly_digest_on, false) as has_ended
        from episodes
        inner join due on due.destination = episodes.destination
        left join judged on judged.audience = due.audience and judged.rule = episodes.rule
        where episodes.alert_key not in (select alert_key from silenced)
    ),

    recalled as (
        select
            destination,
            list(alert order by severity_rank, alert.seen_on, alert.alert_key) filter (where is_unjudged) as unjudged,
            list(alert order by severity_rank, alert.ended_on, alert.alert_key) filter (where has_ended) as ended
        from remembered
        group by destination
    )

select
    due.destination,
    due.audience,
    due.day,
    due.day as as_of_date,
    due.is_new,
    due.is_weekly,
    coalesce(grouped.severity_rank, 3) as severity_rank,
    coalesce(grouped.changes, []) as changes,
    coalesce(counted.unchanged, 0) as unchanged,
    coalesce(counted.silenced, 0) as silenced,
    case
        when due.is_weekly
        then {
            'held': coalesce(held.held, []),
            'unjudged': coalesce(recalled.unjudged, []),
            'ended': coalesce(recalled.ended, []),
            'kept_firing': list_filter(coalesce(held.held, []), lambda each: each.weeks >= 4),
            'noisy_rules': (select coalesce(list(noisy_rules order by rule), []) from noisy_rules)
        }
    end as weekly
from due
left join grouped on grouped.destination = due.destination
left join counted on counted.destination = due.destination
left join held on held.destination = due.destination
left join recalled on recalled.destination = due.destination
where
    grouped.destination is not null
    or (due.audience = 'leader' and not due.tells_one_by_one and (due.is_new or due.is_weekly));
