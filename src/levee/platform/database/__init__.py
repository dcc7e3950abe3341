"""PostgreSQL: the embedded server or an outside one, its roles, row-level security and the one door `acting`."""
