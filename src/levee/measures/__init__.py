"""How many are left at each step of the way, and how long each step takes."""
