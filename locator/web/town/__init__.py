"""The pages of towns: the clinics near each, for people who come from a search engine."""
