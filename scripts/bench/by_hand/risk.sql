-- The open deals with their scores and limits: a view, as nothing that follows reads it deal by deal.
create or replace macro percent(rate) as cast(cast(100 * rate as decimal(9, 1)) as varchar) || ' %';

create or replace macro whole_days(days) as
    replace(cast(cast(days as decimal(9, 1)) as varchar) || ' days', '.0 ', ' ');

create or replace macro short_label(label) as
    case when length(label) > 40 then substr(label, 1, 39) || '…' else label end;

create or replace macro closed_deals_in_words(deals) as
    format('{:,}', deals) || case when deals = 1 then ' closed deal' else ' closed deals' end;

create or replace view deal_risk as
with
    scored as (
        select
            deals.*,
            scores.* exclude (industry, region, lead_source, deal_stage),
            limits.stall_limit_days,
            limits.critical_stall_limit_days,
            limits.limit_basis,
            coalesce(deals.age_days > limits.stall_limit_days, false) as is_stalled,
            coalesce(
                deals.age_days > limits.critical_stall_limit_days, false
            ) as is_critically_stalled,
            skill.is_informative
        from deals
        inner join
            int_cell_scores as scores
            on scores.shuffle = 0
            and scores.is_in_force
            and scores.evaluation_date = deals.as_of_date
            and scores.industry = deals.industry
            and scores.region = deals.region
            and scores.lead_source = deals.lead_source
            and scores.deal_stage = deals.deal_stage
        inner join
            int_stall_limits as limits
            on limits.evaluation_date = deals.as_of_date
            and limits.industry = deals.industry
            and limits.region = deals.region
            and limits.deal_stage = deals.deal_stage
        inner join score_skill as skill on skill.as_of_date = deals.as_of_date
        where deals.is_pipeline
    )
select
    deal_id,
    sales_rep_id,
    industry,
    region,
    lead_source,
    deal_stage,
    product_type,
    deal_size_band,
    deal_amount,
    age_days,
    cell_closed_deals,
    segment_closed_deals,
    win_probability as segment_win_probability,
    score_basis,
    risk_band,
    is_informative,
    win_probability * cast(deal_amount as double) as expected_amount,
    (1 - win_probability) * cast(deal_amount as double) as amount_at_risk,
    stall_limit_days,
    critical_stall_limit_days,
    limit_basis as stall_limit_basis,
    is_stalled,
    is_critically_stalled,
    case
        when win_probability is null
        then 'No deal has closed yet'
        when score_basis = 'baseline'
        then
            'All deals win '
            || percent(win_probability)
            || case
                when segment_closed_deals > 0
                then ', and no segment differs by more than luck'
                else ', and none like this one has closed'
            end
        else
            concat_ws(
                ' / ',
                short_label(industry),
                short_label(region),
                short_label(lead_source),
                case when score_basis = 'cell' then short_label(deal_stage) end
            )
            || ' ('
            || case
                when score_basis = 'cell'
                then closed_deals_in_words(cell_closed_deals) || ', ' || percent(cell_win_rate)
                else closed_deals_in_words(segment_closed_deals) || ', ' || percent(segment_win_rate)
            end
            || ' won) is expected to win '
            || percent(win_probability)
            || ', '
            || cast(cast(100 * abs(win_probability - baseline_win_rate) as decimal(9, 1)) as varchar)
            || ' points'
            || case when win_probability < baseline_win_rate then ' below' else ' above' end
            || ' the baseline'
    end
    || case
        when score_basis = 'cell' and cell_closed_deals < 10
        then '; thin data, so the score leans on the segment'
        when score_basis = 'segment' and segment_closed_deals < 10
        then '; thin data, so the score leans on the baseline'
        else ''
    end
    || case
        when is_without_stage then '; the stage is left out, as it decides the outcome' else ''
    end
    || case
        when is_informative then '' else '; such scores are not known to predict who wins'
    end
    || case
        when stall_limit_days is null
        then ''
        else
            '; '
            || whole_days(age_days)
            || case
                when is_critically_stalled
                then ' old, far beyond the limit of '
                when is_stalled
                then ' old, beyond the limit of '
                else ' old, within the limit of '
            end
            || whole_days(stall_limit_days)
    end
    || '.' as risk_reasons,
    created_date,
    as_of_date
from scored;

create or replace table low_fit_concentration as
with
    cells as (
        select
            cells.*,
            case when scores.risk_band = 'high_risk_low_fit' then cells.amount end as low_fit_amount
        from created_cells as cells
        inner join
            int_cell_scores as scores
            on scores.shuffle = 0
            and scores.is_in_force
            and scores.industry = cells.industry
            and scores.region = cells.region
            and scores.lead_source = cells.lead_source
            and scores.deal_stage = cells.deal_stage
        inner join as_of on as_of.as_of_date = scores.evaluation_date
        where cells.closed_until is null
    ),
    summed as (
        select
            'industry' as dimension,
            industry as segment,
            sum(low_fit_amount) as low_fit_amount,
            sum(amount) as pipeline_amount
        from cells
        group by industry
        union all
        select 'region', region, sum(low_fit_amount), sum(amount)
        from cells
        group by region
        union all
        select 'lead source', lead_source, sum(low_fit_amount), sum(amount)
        from cells
        group by lead_source
    ),
    shared as (
        select
            dimension,
            segment,
            cast(coalesce(low_fit_amount, 0) as double)
            / nullif(sum(low_fit_amount) over of_dimension, 0) as share_of_low_fit,
            cast(coalesce(pipeline_amount, 0) as double)
            / nullif(sum(pipeline_amount) over of_dimension, 0) as share_of_pipeline
        from summed
        window of_dimension as (partition by dimension)
    )
select
    *,
    percent(share_of_low_fit)
    || ' of it is in '
    || dimension
    || ' '
    || short_label(segment)
    || ', which has '
    || percent(share_of_pipeline)
    || ' of the pipeline.' as sentence
from shared
where share_of_low_fit > share_of_pipeline
order by share_of_low_fit - share_of_pipeline desc, dimension, segment
limit 1;
