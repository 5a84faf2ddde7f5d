-- One row per segment of the list that explains the change of the win rate.
select *
from win_rate_explanation
where clock = 'closed' and weight = 'count'
order by segment_rank;
