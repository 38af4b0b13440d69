"""The geocoders we can ask: each a geopy geocoder, with what its answers mean to us."""
