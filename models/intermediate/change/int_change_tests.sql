{%- set family = "clock, weight, grain" -%}
{%- set before = ["won_deals_before", "deals_before"] -%}
{%- set after = ["won_deals_after", "deals_after"] -%}
{%- set rest_before = ["rest_won_deals_before", "rest_deals_before"] -%}
{%- set rest_after = ["rest_won_deals_after", "rest_deals_after"] -%}
with
    rates as (select * from {{ ref("int_compared_rates") }}),

    -- Did a segment change otherwise than all other deals? A fall that is everywhere sits nowhere.
    -- By value nothing is tested: amounts vary too much for a test that counts deals.
    scored as (
        select
            *,
            case
                when weight = 'value'
                then null
                when grain = 'overall'
                then {{ two_proportion_z(*(after + before)) }}
                else {{ contrast_z(after, before, rest_after, rest_before) }}
            end as z_score
        from rates
    ),

    tested as (select *, {{ two_sided_p(normal_tail("z_score")) }} as p_value from scored),

    stepped as (select *, {{ q_step("p_value", family) }} as q_step from tested),

    corrected as (select *, {{ q_value("p_value", "q_step", family) }} as q_value from stepped)

select *, case when weight = 'count' then {{ verdict("p_value", "q_value") }} end as verdict
from corrected
