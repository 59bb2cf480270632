"""Words and numbers in the reader's language: catalogues of messages, and formats by locale."""

from crmreport.text.catalogue import Catalogue, load_catalogue
from crmreport.text.words import Words

__all__ = ["Catalogue", "Words", "load_catalogue"]
