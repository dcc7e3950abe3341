"""Running foreign code: one port, its adapters, its start-up self-test."""
