"""Works as reference managers know them, and feeds of the newest ones."""
