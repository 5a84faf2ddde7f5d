-- No figure is in the key, and no two segments share one, whatever their names hold.
with
    segments(industry, region, lead_source, deal_stage) as (
        values
            (null, null, null, null),
            ('a', null, null, null),
            (null, 'a', null, null),
            ('a', 'b', null, null),
            ('b', 'a', null, null),
            ('a|region=b', null, null, null),
            ('a||', 'b', null, null),
            ('a|', '|b', null, null)
    ),

    keyed as (select {{ alert_key("win_rate_drop") }} as alert_key, segments.* from segments)

select alert_key, count(*) as segments
from keyed
group by alert_key
having count(*) > 1 or alert_key not like 'win_rate_drop-%' or length(alert_key) > 64
