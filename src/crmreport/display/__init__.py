"""What a notebook cell shows: blocks, charts and their theme."""
