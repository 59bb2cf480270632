"""Catalogues of messages: one gettext ``.po`` file a chapter and language, read as they stand.

A ``msgid`` is the message's id (``segmentation.lead``), a ``msgstr`` its text with ``{slots}``. Where
a text depends on a number, ``msgid_plural`` names the slot that counts::

    msgid "core.customers"
    msgid_plural "n"
    msgstr[0] "{n} customer"
    msgstr[1] "{n} customers"
"""

from __future__ import annotations

import io
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import PoFileError, read_po

from crmreport.errors import ParamsError, RenderError

FOLDER = Path(__file__).with_name("catalogues")
FORMS = ("value", "signed", "moved", "apart", "abs", "exact", "bare", "n", "interval", "span")
"""How a slot may be shown: ``{share:signed}``."""

_MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Message:
    """A message's text, or its plural forms with the name of the slot that counts."""

    forms: tuple[str, ...]
    counts: str | None = None


@dataclass(frozen=True)
class Part:
    """A piece of a parsed message: literal text, or a slot with the form it is to be shown in."""

    literal: str
    slot: str | None = None
    form: str = "value"


class Catalogue:
    """All messages of one language."""

    def __init__(self, locale: Locale, messages: dict[str, Message]) -> None:
        self.locale = locale
        self._messages = messages

    def __contains__(self, message: object) -> bool:
        return message in self._messages

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def __getitem__(self, message: str) -> Message:
        try:
            return self._messages[message]
        except KeyError:
            raise RenderError(
                f"The catalogue has no message “{message}”.",
                where=str(self.locale),
                remedy="Add it to the chapter's .po file in every language.",
            ) from None

    def parts(self, message: str, counts: dict[str, float] | None = None) -> list[Part]:
        """The message's text, parsed; ``counts`` holds the numbers of its counting slots."""
        found = self[message]
        form = 0
        if found.counts is not None:
            number = (counts or {}).get(found.counts, 0)
            form = _plural_index(self.locale, number, len(found.forms))
        return list(_parse(found.forms[form]))


def _plural_index(locale: Locale, number: float, forms: int) -> int:
    return 0 if locale.plural_form(abs(number)) == "one" else forms - 1


@cache
def _parse(template: str) -> tuple[Part, ...]:
    parts = []
    for literal, slot, form, _ in string.Formatter().parse(template):
        if literal:
            parts.append(Part(literal))
        if slot is not None:
            parts.append(Part("", slot, form or "value"))
    return tuple(parts)


@cache
def load_catalogue(folder_name: str, *more: Path) -> Catalogue:
    """The catalogue of ``en``, ``zh-Hans``, ``zh-Hant-TW`` or ``zh-Hant-HK``.

    ``more`` are folders of a consultant's own catalogues, each with a folder a language; their
    messages replace ours of the same id. Raises ParamsError for a file that cannot be read.
    """
    locale = Locale.parse(folder_name, sep="-")
    messages: dict[str, Message] = {}
    for root in (FOLDER, *more):
        own: dict[str, Message] = {}
        for file in sorted((root / folder_name).glob("*.po")):
            for message_id, message in _read(file, locale):
                if message_id in own:
                    raise ParamsError(f"The message “{message_id}” stands twice.", where=str(file))
                own[message_id] = message
        messages |= own
    return Catalogue(locale, messages)


def _read(file: Path, locale: Locale) -> Iterator[tuple[str, Message]]:
    """The messages of one file. Raises ParamsError where one of them could not be shown."""
    try:
        text = file.read_text("utf-8")
        entries = list(read_po(io.StringIO(text), locale=str(locale), abort_invalid=True))
    except (PoFileError, UnicodeDecodeError, OSError) as error:
        raise ParamsError(f"The catalogue cannot be read ({error}).", where=str(file)) from None
    # Babel joins what stands twice and keeps the first.
    ids = _MSGID.findall(text)
    for message_id in ids:
        if ids.count(message_id) > 1:
            raise ParamsError(f"The message “{message_id}” stands twice.", where=str(file))
    for entry in entries:
        if not entry.id:
            continue
        if isinstance(entry.id, str):
            message_id, message = entry.id, Message((str(entry.string),))
        else:
            message_id, counts = entry.id
            message = Message(tuple(entry.string or ("",)), counts=counts)
        for form in message.forms:
            _check(form, message_id, str(file))
        yield message_id, message


def _check(template: str, message_id: str, where: str) -> None:
    problem = "" if template else "has no text"
    try:
        parts = _parse(template)
    except ValueError as error:
        problem, parts = f"has an unfinished slot ({error})", ()
    for part in parts:
        if part.slot is not None and not part.slot.isidentifier():
            problem = f"has a slot “{part.slot}” that is no name"
        elif part.form not in FORMS:
            problem = f"shows “{part.slot}” in the form “{part.form}”, which is none of {', '.join(FORMS)}"
    if problem:
        raise ParamsError(f"The message “{message_id}” {problem}.", where=where, remedy="Correct it there.")
