"""Mitigations without detail that the clearinghouse gives to single operators before a flaw is public."""
