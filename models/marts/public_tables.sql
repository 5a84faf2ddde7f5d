-- The warehouse says itself what is public, so that whatever publishes it keeps no list of its own.
{% for model in sales_insights.public_models() %}
    select
        {{ dbt.string_literal(model.alias) }} as table_name,
        {{ dbt.string_literal(model.fqn[1]) }} as layer,
        {{ dbt.string_literal(dbt.escape_single_quotes(model.description | trim)) }} as description
        {{ "union all" if not loop.last }}
{% endfor %}
