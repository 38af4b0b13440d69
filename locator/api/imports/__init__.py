"""The API for keeping the list: clinic files, their reports, publishing, undoing, and edits of one clinic."""
