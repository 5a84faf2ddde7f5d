-- What is told now is remembered with the messages that tell it, in one transaction.
update episodes
set seen_on = changes.day
from changes
where
    episodes.destination = changes.destination
    and episodes.alert_key = changes.alert_key
    and episodes.episode = changes.episode
    and changes.is_firing;

update episodes
set
    told_on = changes.day,
    told_severity_rank = changes.severity_rank,
    told_amount = changes.amount_at_stake,
    told_sentence = changes.sentence
from changes
where
    episodes.destination = changes.destination
    and episodes.alert_key = changes.alert_key
    and episodes.episode = changes.episode
    and changes.change in ('worse', 'reminder');

update episodes
set ended_on = changes.day
from changes
where
    episodes.destination = changes.destination
    and episodes.alert_key = changes.alert_key
    and episodes.episode = changes.episode
    and changes.change = 'resolved';

insert into episodes
select
    changes.destination,
    changes.alert_key,
    changes.told_episode,
    changes.rule,
    changes.day,
    changes.day,
    null,
    changes.day,
    changes.severity_rank,
    changes.amount_at_stake,
    changes.sentence
from changes
where changes.change in ('baseline', 'first', 'new_member');

insert into introductions
select distinct destination, day, day
from messages
where is_new;

update introductions
set weekly_digest_on = messages.day
from messages
where introductions.destination = messages.destination and messages.is_weekly;

-- An introduction needs no message where each alert is a message of its own.
insert into introductions
select destinations.destination, days.day, days.day
from destinations
inner join days on days.audience = destinations.audience
where destinations.destination not in (select destination from introductions);

insert into told_days
select audience, day
from days
on conflict (audience) do update set day = excluded.day;

-- What was sent is remembered; its words only as long as someone may ask for them.
update outbox
set payload = '', late_payload = ''
where ended_at < getvariable('today') - 90 and payload <> '';
