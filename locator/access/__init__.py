"""Who may do what: API keys, and how often somebody may ask."""
