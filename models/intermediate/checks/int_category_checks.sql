with spellings as (select * from {{ ref("int_category_spellings") }})

{% for check in ["empty", "repaired", "unknown"] -%}
    select
        '{{ check }}_' || dimension as check_name,
        '{{ check }}' as category,
        cast(coalesce(sum(deals) filter (where is_{{ check }}), 0) as bigint) as rows,
        cast(sum(deals) as bigint) as out_of,
        cast(null as bigint) as days
    from spellings
    group by dimension
    {%- if not loop.last %}
        union all
    {%- endif %}
{% endfor %}
