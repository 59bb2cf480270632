"""Executed notebooks -> one report -> HTML and PDF."""
