"""What every page shares: the question it answers, its frame, files and headers, and the error pages."""
