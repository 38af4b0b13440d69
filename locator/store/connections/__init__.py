"""Connections to PostgreSQL: how many there are, how long each may be used, and what their failures are called."""
