-- One row per past month-end: the wins that its scores expected of the open deals, and those that came.
select book_date, graded_deals, is_resolved, expected_wins, expected_wins_low, expected_wins_high, actual_wins
from score_backtest
order by book_date;
