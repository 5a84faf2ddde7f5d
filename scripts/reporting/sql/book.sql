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
    (select count(*) from deal_risk) as pipeline_deals,
    (select sum(deal_amount) from deal_risk) as pipeline_amount,
    (select count(*) from deal_risk where deal_amount is null) as pipeline_deals_without_amount,
    (select sum(expected_amount) from deal_risk) as expected_amount,
    (select sum(amount_at_risk) from deal_risk) as amount_at_risk,
    (select sum(stalled_deals) from stage_pace) as stalled_deals,
    (select sum(stalled_amount) from stage_pace) as stalled_amount,
    (select count(*) from alerts) as alerts,
    (select count(*) from alerts where verdict = 'proven') as proven_alerts
from win_rate_baseline as baseline
cross join as_of;
