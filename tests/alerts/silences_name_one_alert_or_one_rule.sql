-- A silence that names neither would silence nothing, one that names both says two things.
select * from {{ ref("alert_silences") }} where (alert_key is null) = (rule is null)
