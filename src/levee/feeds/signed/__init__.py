"""Feeds handed on under signatures, for those who cannot reach the source: The Update Framework (TUF 1.0)."""
