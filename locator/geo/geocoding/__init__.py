"""Looking up street addresses: the chain of geocoders, their circuit breakers, and how each is asked."""
