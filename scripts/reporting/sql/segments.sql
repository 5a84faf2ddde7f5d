-- One row per cell of a map of two dimensions, over all deals or those of one lead source, with the
-- money that is open there. A map shows the twenty largest segments of each dimension; the ten largest
-- lead sources have maps of their own.
with
    cells as (
        select
            segments.*,
            coalesce(pipeline.pipeline_amount, 0) as open_amount,
            case
                when segments.grain = 'industry_lead_source' then 'Industry × lead source'
                when segments.grain = 'region_lead_source' then 'Region × lead source'
                when segments.grain = 'industry_region' then 'Industry × region'
                else 'Industry × region: ' || segments.lead_source
            end as map,
            coalesce(segments.industry, segments.region) as row_name,
            case
                when segments.industry is not null then coalesce(segments.region, segments.lead_source)
                else segments.lead_source
            end as column_name
        from win_rate_by_segment as segments
        left join
            pipeline_by_segment as pipeline
            on pipeline.grain = segments.grain
            and pipeline.industry is not distinct from segments.industry
            and pipeline.region is not distinct from segments.region
            and pipeline.lead_source is not distinct from segments.lead_source
        where
            segments.grain in (
                'industry_region',
                'industry_lead_source',
                'region_lead_source',
                'industry_region_lead_source'
            )
    ),

    sized as (
        select
            *,
            sum(closed_deals) over (partition by map, row_name) as row_deals,
            sum(closed_deals) over (partition by map, column_name) as column_deals
        from cells
    ),

    placed as (
        select
            *,
            sum(closed_deals) over (partition by map) as map_deals,
            dense_rank() over (partition by map order by row_deals desc, row_name) as row_place,
            dense_rank() over (partition by map order by column_deals desc, column_name) as column_place
        from sized
    )

select
    map,
    row_name,
    column_name,
    column_place,
    map_deals,
    placed.closed_deals,
    placed.win_rate,
    placed.win_rate_low,
    placed.win_rate_high,
    verdict,
    placed.open_amount,
    max(greatest(row_place, column_place)) over (partition by map) > 20 as is_cut,
    -- How many times five points from the baseline, three at most on each side.
    greatest(-3, least(3, cast(trunc((placed.win_rate - baseline.win_rate) / 0.05) as integer))) as step
from placed
cross join win_rate_baseline as baseline
qualify
    row_place <= 20
    and column_place <= 20
    and dense_rank() over (partition by grain order by map_deals desc, map) <= 10
order by
    case grain
        when 'industry_region' then 1
        when 'industry_lead_source' then 2
        when 'region_lead_source' then 3
        else 4
    end,
    map,
    row_place,
    column_place;
