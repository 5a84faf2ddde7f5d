{%- set latest_first = "partition by deal_id order by source_row_number desc" -%}
with
    -- Found first, since among millions of deals hardly any is there twice. The deals are read from
    -- the view both times: a CTE of all of them would be held in memory.
    repeated_deals as (
        select deal_id
        from {{ ref("stg_deals_numbered") }}
        where faults is null
        group by deal_id
        having count(*) > 1
    ),

    repeated as (
        select readable.source_row_number, readable.deal_id, {{ deal_fingerprint() }} as fingerprint
        from {{ ref("stg_deals_numbered") }} as readable
        inner join repeated_deals on repeated_deals.deal_id = readable.deal_id
        where readable.faults is null
    ),

    -- Of the readable rows of one deal the last is kept: exports append corrections.
    compared as (
        select
            repeated.*,
            row_number() over ({{ latest_first }}) as recency,
            first_value(fingerprint) over ({{ latest_first }}) as kept_fingerprint
        from repeated
    )

select
    source_row_number,
    case when fingerprint = kept_fingerprint then 'duplicate' else 'superseded' end as fault
from compared
where recency > 1
