with
    pace as (
        select
            coalesce(sum(stalled_deals), 0) as deals,
            coalesce(sum(stalled_amount), 0) as amount,
            coalesce(sum(pipeline_deals), 0) as pipeline_deals
        from {{ ref("stage_pace") }}
    ),

    flagged as (
        select
            count(*) filter (where is_stalled) as deals,
            {{ total_amount("deal_amount", where="is_stalled") }} as amount,
            count(*) as pipeline_deals
        from {{ ref("deal_risk") }}
    )

select
    pace.*,
    flagged.deals as flagged_deals,
    flagged.amount as flagged_amount,
    flagged.pipeline_deals as scored_deals
from pace
cross join flagged
where
    pace.deals <> flagged.deals
    or pace.amount <> flagged.amount
    or pace.pipeline_deals <> flagged.pipeline_deals
