-- A file of which much cannot be read would give figures about the rest only: stop, and say why.
-- It stands on stg_deals too, so that no mart is built when it fails, yet the rejects can be seen.
with
    rejected as (select * from {{ ref("stg_deals_checked") }} where rejection_reason is not null),

    counted as (
        select
            (select count(*) from rejected) as rejected_rows,
            (select count(*) from {{ ref("stg_deals") }}) as accepted_rows
    )

select
    rejected.rejection_reason,
    count(*) as rows,
    min(rejected.source_row_number) as first_row,
    max(counted.rejected_rows) as rejected_rows,
    max(counted.rejected_rows + counted.accepted_rows) as raw_rows
from rejected
cross join counted
where
    {{ ratio("counted.rejected_rows", "(counted.rejected_rows + counted.accepted_rows)") }}
    > {{ threshold("max_rejected_share") }}
group by rejected.rejection_reason
order by rows desc, rejected.rejection_reason
limit 3
