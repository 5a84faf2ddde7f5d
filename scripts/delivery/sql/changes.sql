-- One row per destination and alert that is firing, or of which the destination was told.
create or replace temp table changes as
with
    -- A rule that was not judged has no row, so its alerts stay as they are.
    asked as (
        select
            destinations.*,
            judged.rule,
            days.day,
            introductions.destination is null as is_new,
            destinations.rules is null
            or list_contains(destinations.rules, judged.rule) as is_asked_for
        from destinations
        inner join days on days.audience = destinations.audience
        inner join judged on judged.audience = destinations.audience
        left join introductions on introductions.destination = destinations.destination
    ),

    firing as (
        select asked.destination, standing.*
        from asked
        inner join standing
            on standing.audience = asked.audience
            and standing.rule = asked.rule
            and standing.severity_rank <= rank_of_severity(asked.minimum_severity)
        where asked.is_asked_for
    ),

    -- An alert is not told while a wider one that says the same is told to the same destination.
    sendable as (
        select firing.*, firing.is_told and wider.alert_key is null as is_sendable
        from firing
        left join firing as wider
            on wider.destination = firing.destination
            and wider.alert_key = firing.muted_by
            and wider.is_told
    ),

    running as (select * from episodes where ended_on is null),
    last_episodes as (
        select destination, alert_key, max(episode) as last_episode
        from episodes
        group by destination, alert_key
    ),

    concerned as (
        select destination, rule, alert_key
        from sendable
        union
        select destination, rule, alert_key
        from running
    ),

    paired as (
        select
            asked.*,
            concerned.alert_key,
            running.episode,
            coalesce(running.episode, last_episodes.last_episode + 1, 1) as told_episode,
            running.started_on,
            running.seen_on,
            running.told_on,
            running.told_severity_rank,
            running.told_amount,
            sendable.alert_key is not null as is_firing,
            silenced.alert_key is not null as is_silenced,
            silenced.alert_key is null and coalesce(sendable.is_sendable, true) as is_sendable,
            coalesce(sendable.severity_rank, running.told_severity_rank) as severity_rank,
            coalesce(sendable.amount_at_stake, running.told_amount) as amount_at_stake,
            coalesce(sendable.sentence, running.told_sentence) as sentence,
            sendable.alert,
            case
                when sendable.alert_key is not null
                then null
                -- The file asks for less than it did; nothing happened to the alert.
                when
                    not asked.is_asked_for
                    or standing.severity_rank <= running.told_severity_rank
                then 'not_asked'
                when standing.alert_key is not null
                then 'eased'
                when looked_at.alert_key is not null or asked.audience = 'owner'
                then 'recovered'
                else 'not_judged'
            end as ended_as,
            count(running.alert_key) over (
                partition by concerned.destination, concerned.rule
            ) as running_alerts
        from concerned
        inner join asked
            on asked.destination = concerned.destination and asked.rule = concerned.rule
        left join sendable
            on sendable.destination = concerned.destination
            and sendable.alert_key = concerned.alert_key
        left join running
            on running.destination = concerned.destination
            and running.alert_key = concerned.alert_key
        left join last_episodes
            on last_episodes.destination = concerned.destination
            and last_episodes.alert_key = concerned.alert_key
        left join silenced on silenced.alert_key = concerned.alert_key
        left join standing
            on standing.audience = asked.audience
            and standing.alert_key = concerned.alert_key
        left join looked_at on looked_at.alert_key = concerned.alert_key
    )

select
    *,
    case
        when is_firing and episode is null and not is_sendable
        then null
        when is_firing and episode is null and is_new and audience = 'leader'
        then 'baseline'
        when is_firing and episode is null and running_alerts > 0
        then 'new_member'
        when is_firing and episode is null
        then 'first'
        -- One absence may be luck at the edge of a threshold.
        when not is_firing and (day - seen_on >= keep_firing_days or ended_as = 'not_asked')
        then 'resolved'
        -- What a silence holds back is not told later: it would be no news then.
        when not is_firing or not is_sendable
        then null
        when
            severity_rank < told_severity_rank
            or (told_amount > 0 and amount_at_stake >= told_amount * worse_amount_ratio)
        then 'worse'
        when day - told_on >= reminder_days
        then 'reminder'
    end as change
from paired;
