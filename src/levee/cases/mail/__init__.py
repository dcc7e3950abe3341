"""Mail that comes in, pure: what a letter says, whose signature it bears, and why it is not taken. No I/O.

All of it is hostile input, and is handled in a runner; what the runner answers is read as hostile input again.
"""
