"""For whoever runs the service or calls it: health, and the description of the API."""
