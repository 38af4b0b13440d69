"""What a clinic is: its facts, its hours, and the columns they are kept in."""
