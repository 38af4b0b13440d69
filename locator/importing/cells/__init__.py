"""Reads the text of cells: phones, dates, hours, specialties and others, and says what is wrong with them."""
