"""The PDF's paper in millimetres: one place for the theme that sets it and for those who measure it."""

HEIGHT = 297.0
MARGINS = {"margin-x": 20.0, "margin-top": 27.0, "margin-bottom": 24.0}
"""Handed to the theme under these names when a report is compiled."""

MILLIMETRE = 72 / 25.4
"""In points, which layouts are measured in."""

TOP = MARGINS["margin-top"] * MILLIMETRE
BOTTOM = (HEIGHT - MARGINS["margin-bottom"]) * MILLIMETRE
"""Where the text area begins and ends, in points from the page's top."""
