"""How the directory's search asks PostgreSQL: filters, words, nearness. `queries.directory` is its door."""
