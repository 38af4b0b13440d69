"""The commands for clinic files: import, imports, export."""
