"""The map beside the list: Wisconsin, and the clinics on it."""
