"""Intake: findings as received, immutable, with their provenance."""
