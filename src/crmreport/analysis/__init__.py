"""One module a method: tables and typed parameters in, tables and estimates out."""
