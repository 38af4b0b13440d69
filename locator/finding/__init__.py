"""Finding clinics: the nearest ones, all of them, one by its id, and why."""
