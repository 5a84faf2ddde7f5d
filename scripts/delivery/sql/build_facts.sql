-- The build is judged in every run, also one that cannot be trusted.
insert into days values ('owner', getvariable('today'));
insert into judged values ('owner', 'build');

insert into standing
select
    'owner',
    'build',
    'build',
    1,
    0,
    'No alert can be trusted: ' || getvariable('trouble') || '.',
    true,
    null,
    null
where getvariable('trouble') is not null;
