"""The clocks of a case, pure: policies as data, what has happened, when each runs out. No I/O but its own data."""
