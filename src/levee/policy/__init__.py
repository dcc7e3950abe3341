"""Who may do what, and why: pure, one table, default deny."""
