"""Where a clinic is: its street and its town held against its ZIP, its point and the list."""
