"""What every page shares: its frame, its files, its headers, and its refusals."""
