"""Finds the cancer clinics nearest to a person, with the care they offer."""

__version__ = "0.1.0"
