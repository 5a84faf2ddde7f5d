"""The report: one HTML page from the published marts."""
