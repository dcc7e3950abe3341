"""The flood of a demonstration: reports of two AI labs and one researcher, true, doubled, invented and faked."""

from samples.flood.reports import FINDERS, findings, truth

__all__ = ["FINDERS", "findings", "truth"]
