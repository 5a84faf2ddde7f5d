-- A file of which much cannot be read would give figures about the rest only: stop, and say why.
with
    checked as (select * from {{ ref("stg_deals_checked") }}),

    counted as (
        select
            count(*) as raw_rows,
            count(*) filter (where rejection_reason is not null) as rejected_rows
        from checked
    )

select
    reasons.rejection_reason,
    count(*) as rows,
    max(counted.rejected_rows) as rejected_rows,
    max(counted.raw_rows) as raw_rows
from {{ ref("rejection_reasons") }} as reasons
inner join
    checked
    on '; ' || checked.rejection_reason || '; ' like '%; ' || reasons.rejection_reason || '; %'
cross join counted
where
    {{ ratio("counted.rejected_rows", "counted.raw_rows") }} > {{ threshold("max_rejected_share") }}
group by reasons.rejection_reason
order by rows desc, reasons.rejection_reason
limit 3
