-- Severities as they are read, the worst first: 1 critical, 2 warning, 3 info.
create or replace temp macro severities() as ['critical', 'warning', 'info'];
create or replace temp macro severity_of(severity_rank) as severities()[severity_rank];
create or replace temp macro rank_of_severity(severity) as list_position(severities(), severity);
