"""The demonstration: the whole way on real input, with real machines, on a simulated calendar."""

from levee.cli.demo.command import demo

__all__ = ["demo"]
