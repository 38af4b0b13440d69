"""What a clinic is: its facts, its opening hours, and the table of its columns."""
