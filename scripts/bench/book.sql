-- A book of so many deals in the shape of the bundled one, two years long, typed. Every draw is a hash
-- of the deal's number and the seed, so that neither threads nor the order of work change a row.
create or replace macro draw(number, what) as
    hash(what + 16 * (number + 1000000000 * getvariable('seed'))) / 18446744073709551616.0;

-- A quantile of the standard normal distribution out of two draws (Box and Muller).
create or replace macro normal(one, two) as sqrt(-2 * ln(1 - one)) * cos(2 * pi() * two);

create or replace temp view book as
with
    numbered as (
        select range as number, range / getvariable('deals') as place from range(getvariable('deals'))
    ),

    -- Created in the order of their numbers, more of them each month.
    drawn as (
        select
            number,
            cast(
                floor(730 * (sqrt(850 * 850 + 600000 * place) - 850) / 300) as integer
            ) as created_day,
            draw(number, 0) as cycle,
            draw(number, 1) as slowness,
            1 + cast(floor(25 * draw(number, 2)) as integer) as rep,
            draw(number, 3) as industry,
            draw(number, 4) as region,
            draw(number, 5) as product,
            draw(number, 6) as source,
            draw(number, 7) as stage,
            normal(draw(number, 8), draw(number, 9)) as amount,
            draw(number, 10) as luck,
            draw(number, 11) as expected,
            draw(number, 12) as gap
        from numbered
    ),

    -- Some deals take three times as long as others.
    described as (
        select
            *,
            cast(
                floor(
                    case when slowness < 0.02 then 3 else 1 end * case
                        when cycle < 0.25 then 7 + 31 * 4 * cycle
                        when cycle < 0.50 then 38 + 22 * 4 * (cycle - 0.25)
                        when cycle < 0.75 then 60 + 24 * 4 * (cycle - 0.50)
                        else 84 + 37 * 4 * (cycle - 0.75)
                    end
                ) as integer
            ) as cycle_days,
            case
                when industry < 0.21 then 'Ecommerce'
                when industry < 0.39 then 'HealthTech'
                when industry < 0.60 then 'SaaS'
                when industry < 0.79 then 'EdTech'
                else 'FinTech'
            end as industry_name,
            case
                when region < 0.24 then 'India'
                when region < 0.48 then 'APAC'
                when region < 0.76 then 'North America'
                else 'Europe'
            end as region_name,
            case
                when source < 0.30 then 'Inbound'
                when source < 0.54 then 'Referral'
                when source < 0.78 then 'Partner'
                else 'Outbound'
            end as source_name,
            case
                when product < 0.40 then 'Core'
                when product < 0.75 then 'Pro'
                else 'Enterprise'
            end as product_name
        from drawn
    ),

    -- What would close after the last day is open on it, and a few deals are forgotten.
    closed as (
        select
            *,
            created_day + cycle_days as closed_day,
            created_day + cycle_days > 729 or slowness > 0.998 as is_open,
            0.45
            + case source_name
                when 'Referral' then 0.05
                when 'Inbound' then 0.03
                when 'Outbound' then -0.10
                else 0
            end
            + case
                when industry_name = 'FinTech' and region_name = 'North America' then 0.12
                when industry_name = 'EdTech' and region_name = 'APAC' then -0.12
                when industry_name = 'HealthTech' and created_day + cycle_days >= 640 then -0.20
                else 0
            end as chance
        from described
    )

select
    'D' || lpad(cast(number + 1 as varchar), 8, '0') as deal_id,
    date '2023-07-02' + created_day as created_date,
    case
        when not is_open then date '2023-07-02' + closed_day
        when expected < 0.60
        then date '2023-07-02' + greatest(created_day + 1, 719 + cast(floor(167 * expected) as integer))
    end as closed_date,
    'rep_' || rep as sales_rep_id,
    industry_name as industry,
    region_name as region,
    product_name as product_type,
    source_name as lead_source,
    case
        when is_open
        then
            case
                when stage < 0.33 then 'Qualified'
                when stage < 0.58 then 'Demo'
                when stage < 0.83 then 'Proposal'
                else 'Negotiation'
            end
        when stage < 0.12 then 'Qualified'
        when stage < 0.26 then 'Demo'
        when stage < 0.42 then 'Proposal'
        when stage < 0.60 then 'Negotiation'
        else 'Closed'
    end as deal_stage,
    case
        when not is_open or gap >= 0.03
        then
            round(
                least(
                    greatest(
                        exp(
                            case product_name
                                when 'Core' then 9.0 + 0.6 * amount
                                when 'Pro' then 9.8 + 0.6 * amount
                                else 10.65 + 0.5 * amount
                            end
                        ),
                        1000
                    ),
                    250000
                )
            )
    end as deal_amount,
    case when not is_open then cycle_days end as sales_cycle_days,
    case when is_open then 'Open' when luck < chance then 'Won' else 'Lost' end as outcome
from closed;
