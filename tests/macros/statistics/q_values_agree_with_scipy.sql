-- false_discovery_control of scipy 1.17.1, of: the 15 tests that Benjamini and Hochberg (1995) have
-- as their example; ties; p-values of which a step is beyond 1; a test alone. What has no p-value
-- is not of the family, whatever its number.
with
    tests(family, p, expected) as (
        values
            ('published', 0.0001e0, 0.0015e0),
            ('published', 0.0004e0, 0.003e0),
            ('published', 0.0019e0, 0.0095e0),
            ('published', 0.0095e0, 0.035625e0),
            ('published', 0.0201e0, 0.0603e0),
            ('published', 0.0278e0, 0.06385714285714286e0),
            ('published', 0.0298e0, 0.06385714285714286e0),
            ('published', 0.0344e0, 0.0645e0),
            ('published', 0.0459e0, 0.0765e0),
            ('published', 0.3240e0, 0.486e0),
            ('published', 0.4262e0, 0.5811818181818181e0),
            ('published', 0.5719e0, 0.714875e0),
            ('published', 0.6528e0, 0.7532307692307693e0),
            ('published', 0.7590e0, 0.8132142857142857e0),
            ('published', 1e0, 1e0),
            ('ties', 0.04e0, 0.04e0),
            ('ties', 0.01e0, 0.025e0),
            ('ties', 0.04e0, 0.04e0),
            ('ties', 0.01e0, 0.025e0),
            ('ties', 0.04e0, 0.04e0),
            ('ties', null, null),
            ('ties', null, null),
            ('large', 0.6e0, 1e0),
            ('large', 0.9e0, 1e0),
            ('large', 0.9e0, 1e0),
            ('large', 1e0, 1e0),
            ('alone', 0.03e0, 0.03e0),
            ('alone', null, null),
            ('none', null, null)
    ),

    stepped as (select *, {{ q_step("p", "family") }} as q_step from tests),

    corrected as (select *, {{ q_value("p", "q_step", "family") }} as actual from stepped)

select family, p, actual, expected
from corrected
where not coalesce(abs(actual - expected) <= 1e-12, actual is null and expected is null)
