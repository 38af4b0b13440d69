"""What programs from outside ask of the pages: search engines, and people who found a weakness."""
