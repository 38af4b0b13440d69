"""HTTP for web pages and programs: the API of version 1."""
