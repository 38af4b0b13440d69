"""The page of one clinic, and what patients report as wrong on it."""
