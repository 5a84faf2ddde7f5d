-- One row: the whole book, as of one day.
select
    baseline.as_of_date,
    baseline.closed_deals,
    baseline.win_rate,
    baseline.win_rate_low,
    baseline.win_rate_high,
    baseline.open_deals,
    as_of.read_from,
    (select value from alert_thresholds where name = 'cohort_age_days') as cohort_age_days,
    coalesce(pipeline.pipeline_deals, 0) as pipeline_deals,
    coalesce(pipeline.pipeline_amount, 0) as pipeline_amount,
    coalesce(pipeline.deals_without_amount, 0) as pipeline_deals_without_amount,
    (select sum(expected_amount) from deal_risk) as expected_amount,
    (select sum(amount_at_risk) from deal_risk) as amount_at_risk,
    (select sum(stalled_deals) from stage_pace) as stalled_deals,
    (select sum(stalled_amount) from stage_pace) as stalled_amount,
    (select count(*) from alerts) as alerts,
    (select count(*) from alerts where verdict = 'proven') as proven_alerts
from win_rate_baseline as baseline
cross join as_of
left join pipeline_by_segment as pipeline on pipeline.grain = 'overall';
