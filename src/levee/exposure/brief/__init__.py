"""The brief: one page that says what to do today, this week, through a vendor, and what can wait. Pure.

`content` decides what stands on it; `text`, `page` and `paper` only set it.
"""
