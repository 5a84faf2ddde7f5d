"""What the runners share: troubles, files, and the warehouse that `dbt build` made."""
