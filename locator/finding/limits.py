"""Limits of one question, the same for the API, the pages and the command line."""

LONGEST_RADIUS_MILES = 500  # wider than Wisconsin and its neighbors; beyond it nobody drives to a clinic
MOST_SPECIALTIES = 16  # in one question; as many as the first list of specialties had
MOST_PER_PAGE = 50
LONGEST_CURSOR = 500  # characters
LONGEST_NAME = 200  # characters of a clinic's name to look for
