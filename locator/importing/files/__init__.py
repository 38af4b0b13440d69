"""From the bytes of a clinic file to its rows: encodings, CSV, Excel workbooks, headers."""
