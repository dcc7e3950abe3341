"""The whole way of the voluntary framework, once, on this machine: scripted agents stand where a model would."""

from levee.cli.rehearsal.command import rehearse

__all__ = ["rehearse"]
