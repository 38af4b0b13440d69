"""Rows of an import that are checked again: joined with others, or with what was proposed for their cells."""
