"""From the text of a cell to a value: phones, dates, hours, specialties, and what is wrong with them."""
