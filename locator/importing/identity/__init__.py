"""Who is who: which clinic a row without a clinic_id is about."""
