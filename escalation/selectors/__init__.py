"""Read models: what the pages, the API and the reports show, gathered with a fixed number of queries and put into words. Nothing here writes."""
