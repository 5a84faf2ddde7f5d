with
    pipeline as (
        select count(*) as deals, {{ total_amount("deal_amount") }} as amount
        from {{ ref("deals") }}
        where is_pipeline
    ),

    counted as (
        select
            'deal_risk' as counted_in,
            count(*) as deals,
            {{ total_amount("deal_amount") }} as amount
        from {{ ref("deal_risk") }}
        union all
        select 'pipeline_by_risk_band', coalesce(sum(deals), 0), {{ total_amount("amount") }}
        from {{ ref("pipeline_by_risk_band") }}
        union all
        select
            'pipeline_by_segment, ' || promised.grain,
            coalesce(sum(segments.pipeline_deals), 0),
            {{ total_amount("segments.pipeline_amount") }}
        from ({{ promised_grains() }}) as promised
        left join {{ ref("pipeline_by_segment") }} as segments on segments.grain = promised.grain
        group by promised.grain
    )

select counted.*
from counted
cross join pipeline
where counted.deals <> pipeline.deals or counted.amount <> pipeline.amount
