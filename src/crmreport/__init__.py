"""crmreport: customer-relationship reports from a client's own files."""

from importlib.metadata import version

__version__ = version("crmreport")
