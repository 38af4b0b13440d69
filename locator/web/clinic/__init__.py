"""One clinic: its card in a list, its own page, and feedback on it."""
