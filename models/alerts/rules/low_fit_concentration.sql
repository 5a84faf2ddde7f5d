with
    deals as (select *, risk_band = 'high_risk_low_fit' as is_low_fit from {{ ref("deal_risk") }}),

    summed as (
        {%- for dimension in ["industry", "region", "lead_source"] %}
            select
                '{{ dimension | replace("_", " ") }}' as dimension,
                {{ dimension }} as segment,
                {{ total_amount("deal_amount", where="is_low_fit") }} as low_fit_amount,
                {{ total_amount("deal_amount") }} as pipeline_amount
            from deals
            group by {{ dimension }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    shared as (
        select
            dimension,
            segment,
            {{ ratio("low_fit_amount", "sum(low_fit_amount) over (partition by dimension)") }}
            as share_of_low_fit,
            {{ ratio("pipeline_amount", "sum(pipeline_amount) over (partition by dimension)") }}
            as share_of_pipeline
        from summed
    ),

    -- The largest segment holds most of anything: what stands out holds more of it than of the
    -- rest.
    ranked as (
        select
            *,
            row_number() over (
                order by share_of_low_fit - share_of_pipeline desc, dimension, segment
            ) as place
        from shared
        where share_of_low_fit > share_of_pipeline
    )

select
    dimension,
    segment,
    share_of_low_fit,
    share_of_pipeline,
    {{ as_percent("share_of_low_fit") }}
    || ' of it is in '
    || dimension
    || ' '
    || {{ shortened("segment") }}
    || ', which has '
    || {{ as_percent("share_of_pipeline") }}
    || ' of the pipeline.' as sentence
from ranked
where place = 1
