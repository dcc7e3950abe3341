"""The worker's second process: it handles foreign data and reaches nothing but the sandbox."""
