"""What came in: imports, their rows, publishing and undoing them, and the queue of those still being located."""
