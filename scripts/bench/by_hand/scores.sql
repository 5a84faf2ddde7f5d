-- Past books, scored and graded: deals of one cell have one score, so that counts of them are enough.
create or replace table graded_cells as
select
    books.evaluation_date as book_date,
    scores.is_without_stage,
    cells.closed_until,
    scores.win_probability,
    scores.baseline_win_rate,
    scores.risk_band,
    sum(cells.deals) as deals,
    sum(cells.won_deals) as won_deals
from created_cells as cells
inner join
    int_evaluations as books
    on books.is_backtested
    and cells.created_date <= books.evaluation_date
    and (cells.closed_until is null or cells.closed_until > books.evaluation_date)
inner join
    int_cell_scores as scores
    on scores.shuffle = 0
    and scores.evaluation_date = books.evaluation_date
    and scores.industry = cells.industry
    and scores.region = cells.region
    and scores.lead_source = cells.lead_source
    and scores.deal_stage = cells.deal_stage
where scores.win_probability is not null
group by all;

create or replace macro squared_errors(deals, won_deals, probability) as
    won_deals * (1 - probability) * (1 - probability)
    + (deals - won_deals) * probability * probability;

create or replace table int_graded_outcomes as
select
    book_date,
    is_without_stage,
    closed_until as closed_by,
    cast(sum(deals) as bigint) as deals,
    cast(sum(won_deals) as bigint) as won_deals,
    sum(deals * win_probability) as expected_wins,
    sum(deals * win_probability * (1 - win_probability)) as expected_wins_variance,
    sum(squared_errors(deals, won_deals, win_probability)) as squared_error,
    sum(squared_errors(deals, won_deals, baseline_win_rate)) as baseline_squared_error,
    cast(
        coalesce(sum(deals) filter (where risk_band = 'high_risk_low_fit'), 0) as bigint
    ) as low_fit_deals,
    cast(
        coalesce(sum(won_deals) filter (where risk_band = 'high_risk_low_fit'), 0) as bigint
    ) as low_fit_won_deals,
    cast(
        coalesce(sum(deals) filter (where risk_band <> 'high_risk_low_fit'), 0) as bigint
    ) as other_deals,
    cast(
        coalesce(sum(won_deals) filter (where risk_band <> 'high_risk_low_fit'), 0) as bigint
    ) as other_won_deals
from graded_cells
group by book_date, is_without_stage, closed_until;

-- Deals with one score share the mean of their places.
create or replace table int_score_auc as
with
    scored as (
        select
            book_date,
            is_without_stage,
            win_probability,
            cast(sum(deals) as double) as deals,
            cast(sum(won_deals) as double) as won_deals
        from graded_cells
        where closed_until is not null
        group by all
    ),
    placed as (
        select
            *,
            sum(deals) over (
                partition by book_date, is_without_stage order by win_probability
            ) - (deals - 1) / 2 as mean_place
        from scored
    )
select
    book_date,
    is_without_stage,
    (sum(won_deals * mean_place) - sum(won_deals) * (sum(won_deals) + 1) / 2)
    / nullif(sum(won_deals) * sum(deals - won_deals), 0) as auc
from placed
group by all;

-- Deals of one cell, created and closed between the same books, were held by the same books.
create or replace table int_skill_error as
with
    books as (
        select resolved.evaluation_date, resolved.book_date, resolved.is_without_stage
        from int_resolved_books as resolved
        inner join int_evaluations as evaluations using (evaluation_date)
        where evaluations.is_as_of and resolved.is_resolved
    ),
    alike as (
        select
            (select min(book_date) from books where book_date >= created_date) as first_book_date,
            closed_until,
            industry,
            region,
            lead_source,
            deal_stage,
            sum(deals) as deals,
            sum(won_deals) as won_deals
        from created_cells
        where closed_until is not null
        group by all
    ),
    outcomes as (
        select *, won_deals as times, 1 as is_won
        from alike
        union all
        select *, deals - won_deals, 0
        from alike
    ),
    by_deal as (
        select
            books.evaluation_date,
            any_value(outcomes.times) as times,
            sum(
                (outcomes.is_won - scores.win_probability)
                * (outcomes.is_won - scores.win_probability)
            ) as squared_error,
            sum(
                (outcomes.is_won - scores.baseline_win_rate)
                * (outcomes.is_won - scores.baseline_win_rate)
            ) as baseline_squared_error
        from outcomes
        inner join
            books
            on books.book_date >= outcomes.first_book_date
            and books.book_date < outcomes.closed_until
        inner join
            int_cell_scores as scores
            on scores.shuffle = 0
            and scores.evaluation_date = books.book_date
            and scores.is_without_stage = books.is_without_stage
            and scores.industry = outcomes.industry
            and scores.region = outcomes.region
            and scores.lead_source = outcomes.lead_source
            and scores.deal_stage = outcomes.deal_stage
            and scores.win_probability is not null
        where outcomes.times > 0
        group by
            books.evaluation_date,
            outcomes.first_book_date,
            outcomes.closed_until,
            outcomes.industry,
            outcomes.region,
            outcomes.lead_source,
            outcomes.deal_stage,
            outcomes.is_won
    ),
    summed as (
        select
            evaluation_date,
            sum(times * squared_error) as squared_error,
            sum(times * baseline_squared_error) as baseline_squared_error
        from by_deal
        group by evaluation_date
    )
select
    by_deal.evaluation_date,
    sqrt(
        sum(
            by_deal.times
            * pow(
                by_deal.squared_error
                - by_deal.baseline_squared_error
                * summed.squared_error
                / nullif(summed.baseline_squared_error, 0),
                2
            )
        )
    )
    / nullif(any_value(summed.baseline_squared_error), 0) as skill_error
from by_deal
inner join summed using (evaluation_date)
group by by_deal.evaluation_date;

create or replace table score_calibration as
with
    binned as (
        select
            least(cast(floor(graded.win_probability * 10) as integer) + 1, 10) as bin,
            cast(sum(graded.deals) as bigint) as deals,
            cast(sum(graded.won_deals) as bigint) as won_deals,
            sum(graded.deals * graded.win_probability) / sum(graded.deals) as mean_win_probability
        from graded_cells as graded
        inner join int_resolved_books as resolved using (book_date, is_without_stage)
        inner join int_evaluations as evaluations using (evaluation_date)
        where
            evaluations.is_as_of
            and resolved.is_resolved
            and graded.closed_until is not null
            and coalesce(graded.closed_until <= resolved.next_resolved_book_date, true)
        group by all
    ),
    every as (
        select
            bins.bin,
            coalesce(binned.deals, 0) as deals,
            coalesce(binned.won_deals, 0) as won_deals,
            binned.mean_win_probability,
            cast(binned.won_deals as double) as won,
            cast(binned.deals as double) as n,
            1.959963984540054 as z
        from range(1, 11) as bins(bin)
        left join binned using (bin)
    )
select
    bin,
    (bin - 1) / 10.0 as from_probability,
    bin / 10.0 as to_probability,
    deals,
    won_deals,
    mean_win_probability,
    won / n as win_rate,
    case
        when deals > 0
        then
            greatest(
                0,
                (won + z * z / 2 - z * sqrt(won * (n - won) / n + z * z / 4)) / (n + z * z)
            )
    end as win_rate_low,
    case
        when deals > 0
        then
            least(
                1,
                (won + z * z / 2 + z * sqrt(won * (n - won) / n + z * z / 4)) / (n + z * z)
            )
    end as win_rate_high
from every;
