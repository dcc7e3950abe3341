"""The rules of a case, pure: embargo, consent, answers. No I/O, no database."""
