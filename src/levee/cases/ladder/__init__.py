"""The ladder of ways to a vendor that stays silent, pure: policies as data, what was tried, what comes next. No I/O."""
