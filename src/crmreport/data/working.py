"""The names of our working columns beside those of a client's file."""

OURS = "crmreport: "
"""Begins every working column, so that none can meet one of a client's."""

FILE = OURS + "file"

ROW = OURS + "row"
"""Where a row stands in its file, from 1, as a spreadsheet counts: a header in the first row is row 1."""
