"""Every error a user can meet.

Each says what is wrong, where, and what to do next, and knows the exit code of the command that
meets it. Every class has two parents, the family and the built-in of its kind, so that callers can
catch either.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHAPE = 40


class CrmreportError(Exception):
    """The family. ``what`` is wrong, ``where`` it was found, ``remedy`` is what to do next."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        after = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{after}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only fields do not survive pickling by themselves, and errors cross processes.
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(cls: type[CrmreportError], what: str, where: str, remedy: str) -> CrmreportError:
    return cls(what, where=where, remedy=remedy)


class UsageError(CrmreportError, ValueError):
    """The command or its parameters cannot be understood (exit code 2)."""

    exit_code = 2


class ParamsError(UsageError):
    """The params file is missing, unreadable or says something that is not allowed."""


class OutputError(CrmreportError, OSError):
    """The output folder cannot be written to, or another run holds it (exit code 2)."""

    exit_code = 2


class InputDataError(CrmreportError, ValueError):
    """The client's data is missing, unreadable or lacks what was declared (exit code 3)."""

    exit_code = 3


class ChapterError(CrmreportError, RuntimeError):
    """A chapter's notebook failed (exit code 1)."""


class RenderError(CrmreportError, RuntimeError):
    """A report could not be rendered (exit code 1)."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` (did you mean …?).`` with the nearest known word, or a full stop where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean “{near[0]}”?)." if near else "."


def shape(value: str) -> str:
    """How a value of the client's data is written, without the value: ``9999-99-99``, ``xx 9:99``.

    Errors tell this much: a column mapped by mistake may hold telephones where dates were expected.
    """
    plain = "".join("9" if one.isdigit() else "x" if one.isalpha() else one for one in value)
    return plain if len(plain) <= _SHAPE else plain[: _SHAPE - 1] + "…"
