"""The API for maintaining the list: clinic files, their reports, publishing, undoing, and edits of single clinics."""
