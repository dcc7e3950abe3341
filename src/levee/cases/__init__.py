"""Coordination: a case, its participants, its embargo, their answers and messages."""
