"""The clinics: which there are, which are nearest to a point, and every version of each."""
