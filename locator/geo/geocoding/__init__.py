"""Who looks up street addresses: the chain of geocoders, their failures, and how each is asked."""
