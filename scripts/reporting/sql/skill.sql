-- One row: whether the scores have predicted anything, and on how many deals that rests.
select graded_books, graded_deals, is_informative
from score_skill;
