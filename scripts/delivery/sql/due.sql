-- Pending messages in the order to send them: the oldest run first, so that no news overtakes what it
-- is about; in a run the most severe first.
select
    destination,
    recipient,
    notification_id,
    payload,
    late_payload,
    created_at,
    tried_since,
    format,
    attempts,
    next_attempt_at
from outbox
where status = 'pending'
order by min(created_at) over (partition by run_id), severity_rank, position, recipient;
