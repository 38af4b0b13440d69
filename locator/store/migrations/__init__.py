"""The steps that build our tables, in order."""
