"""Importing clinics: read a file, check it, show what it would change, publish it, undo it."""
