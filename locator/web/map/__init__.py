"""The map: Wisconsin as lines, and the clinics on it."""
