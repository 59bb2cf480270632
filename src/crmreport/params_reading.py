"""The keys of a source that say how its files or its database are read."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from crmreport.params_base import Strict

FILE_DATABASES = ("sqlite", "duckdb")
DATABASES = (*FILE_DATABASES, "postgresql", "mysql")

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""``${NAME}`` in a database's address is replaced by the environment's value, at run time only."""

_KINDS_READ = "files are, and sqlite:///, duckdb:///, postgresql:// and mysql://"
_LETTERS = {"\t": "tab", " ": "space"}
_SECRETS = re.compile(r"[?&](?:password|passwd|pwd|sslpassword|token)=([^&]*)", re.IGNORECASE)


def is_database(path: str) -> bool:
    """Whether a source's path is the address of a database, or a variable that holds one."""
    return path.partition("://")[0].partition("+")[0] in DATABASES or bool(VARIABLE.fullmatch(path))


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise ValueError(f"“{name}” is not an encoding such as utf-8, gb18030, big5 or cp1252") from None


def _one_character(delimiter: str) -> str:
    if len(delimiter) != 1 and delimiter not in _LETTERS.values():
        raise ValueError("“delimiter” is one character, or the word tab or space")
    return delimiter


def _as_word(delimiter: Any) -> Any:
    """Blanks at the ends of texts are cut off; a tab must not be."""
    return _LETTERS.get(delimiter, delimiter) if isinstance(delimiter, str) else delimiter


Encoding = Annotated[str, AfterValidator(_known_encoding)]
Delimiter = Annotated[str, BeforeValidator(_as_word), AfterValidator(_one_character)]


class Reading(Strict):
    """Where a source's rows are, and what is declared of how to read them; the rest is found out."""

    path: str = Field(
        min_length=1,
        description="a path, a glob, package://name/resource, or the address of a database such as "
        "postgresql://${CRM_USER}:${CRM_PASSWORD}@host/shop",
    )
    encoding: Encoding | None = Field(None, description="of a text file, such as gb18030; none: found out")
    delimiter: Delimiter | None = Field(None, description="between the fields of a text file; tab is one")
    quote: Literal['"', "'", "none"] | None = Field(None, description="around texts of a text file")
    sheet: str | None = Field(
        None, min_length=1, description="a workbook's sheet, or a pattern such as 2024*"
    )
    header_row: int | None = Field(
        None, ge=0, description="row that names the columns, from 1; 0: there is none; none: found out"
    )
    table: str | None = Field(None, min_length=1, description="a database's table or view, schema.table")
    query: str | None = Field(None, min_length=1, description="what to ask a database in place of a table")

    @model_validator(mode="after")
    def _readable(self) -> Reading:
        scheme, address, rest = self.path.partition("://")
        if not is_database(self.path):
            if address and scheme != "package":
                raise ValueError(f"“path” is an address of a kind that is not read; {_KINDS_READ}")
            if self.table or self.query:
                raise ValueError("“table” and “query” go with the address of a database in “path”")
            return self
        if bool(self.table) == bool(self.query):
            raise ValueError("a database needs either “table” or “query”")
        secrets = [rest.rpartition("@")[0].partition(":")[2], *_SECRETS.findall(rest)]
        if scheme not in FILE_DATABASES and any(VARIABLE.sub("", secret) for secret in secrets):
            raise ValueError(
                "a password stands in “path”; put it into the environment and write ${CRM_PASSWORD} instead"
            )
        return self
