"""The geocoders we can ask: each is a geopy geocoder, with what its answers mean to us."""
