"""Organisations, people, machine agents, API tokens, one-time links, membership terms."""
