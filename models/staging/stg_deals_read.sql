-- The one wide table of the project: the input is read once and held, for a file may be gone or
-- changed when the next model asks. Where the table is kept, its rows are counted once more.
{{ config(materialized=long_table()) }}
{#- Every reason for which a row is not read, and when it holds. -#}
{%- set is_closed = "outcome in ('Won', 'Lost')" %}
{%- set faults = [
    ("missing_deal_id", "deal_id is null"),
    ("missing_created_date", "not has_created_text"),
    ("unreadable_created_date", "has_created_text and created_date is null"),
    ("unreadable_closed_date", "has_closed_text and closed_date is null"),
    ("unreadable_amount", "has_amount_text and deal_amount is null"),
    ("negative_amount", "deal_amount < 0"),
    ("closed_before_created", is_closed ~ " and closed_date < created_date"),
    ("unknown_outcome", "outcome not in ('Won', 'Lost', 'Open')"),
    ("closed_without_closed_date", is_closed ~ " and not has_closed_text"),
] %}
with
    typed as (select * from {{ ref("stg_deals_typed") }}),

    rows_read as (
        select
            {{- row_place() }}
            deal_id,
            sales_rep_id,
            industry,
            region,
            product_type,
            lead_source,
            deal_stage,
            outcome,
            deal_amount,
            reported_cycle_days,
            created_date,
            closed_date,
            nullif(
                concat_ws(
                    '; '
                    {%- for reason, condition in faults %}
                        , case when {{ condition }} then '{{ reason }}' end
                    {%- endfor %}
                ),
                ''
            ) as faults,

            -- Text as it came is kept only where it says more than the value: next to nowhere.
            {%- for column, value in columns_read() %}
                {{ raw_text_kept("raw_" ~ column, value) }}
                as raw_{{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        from typed
    )
    {%- if grows() %}
        , hashed as (select *, {{ row_hash(columns_kept()) }} as row_hash from rows_read)
    {%- endif %}

    {%- set rows = "hashed" if grows() else "rows_read" %}

select {{ rows }}.*
from {{ rows }}
{%- if is_kept("row_hash") %}
    left join {{ this }} as kept on kept.place = hashed.place and kept.row_hash = hashed.row_hash
    where kept.place is null
{%- endif %}
