"""From a client's file or database to rows of texts.

``inspect_file(path)`` tells what is in a file without staging it: one ``FileFacts`` a table (a sheet
with content, a member of a zip archive, or the file itself), with its ``format`` (csv, json lines,
excel, parquet), ``encoding``, ``delimiter``, ``quote``, ``compression``, ``sheets`` and ``sheet``,
``header_row`` (from 1; 0: none), ``columns``, and ``sample(n)``: its first rows as texts in the order
of the columns, None where blank. What a source of the params may declare of all that is a
``ReadOptions``, which wins over what would be found out. A file that cannot be read raises
InputDataError, which says why and what to do.
"""

from crmreport.data.readers.options import ReadOptions, options_of
from crmreport.data.readers.tables import FileFacts, inspect_file

__all__ = ["FileFacts", "ReadOptions", "inspect_file", "options_of"]
