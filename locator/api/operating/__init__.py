"""For operators and developers: health checks, and the documentation of the API."""
