"""The outbox: what leaves by mail says nothing but that there is something, and where."""
