"""What the store keeps besides clinics, as typed values: actors, imports and their findings, keys, feedback."""
