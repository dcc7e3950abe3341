"""Mail that arrives: a receiver that knows nobody, and a folder from which the worker takes what it received.

The receiver has no database, no keys, and reads no letter: whatever address an answer goes to, the answer is the same.
"""

from levee.platform.arrivals.spool import Arrived, Spool

__all__ = ["Arrived", "Spool"]
