"""Settings from the environment, and how the service logs."""
