"""The HTTP server: connections, what they may cost, and the lanes in which requests are answered."""
