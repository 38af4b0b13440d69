"""The commands that run the service: up, serve, worker, migrate, seed, check."""
