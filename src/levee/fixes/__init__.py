"""Candidate fixes of a case, each verified to a level, never called correct."""
