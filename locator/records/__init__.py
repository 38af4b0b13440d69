"""What is written down beside the clinics, as typed values: who did it, what an import found, and what became of it."""
