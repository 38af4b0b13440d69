"""HTTP itself: reading requests, writing answers, problems, keys, headers and counters."""
