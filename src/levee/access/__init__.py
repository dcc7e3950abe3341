"""Which party may see which subject: written by the subjects' owners, read by every scope."""
