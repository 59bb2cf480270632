"""Traditional Chinese catalogues from the Simplified ones (``python -m crmreport.text.traditional``).

A developer's tool: OpenCC is needed to write the catalogues, which are committed, not to read them.
Taiwan's are converted with ``s2twp``, Hong Kong's with ``s2hk``; what either gets wrong for our trade
stands in ``traditional.yml``, so that a reader's correction survives the next conversion.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import escape, read_po

from crmreport.errors import ParamsError
from crmreport.text.catalogue import FOLDER

EXCEPTIONS = Path(__file__).with_name("traditional.yml")
CONVERSIONS = {"tw": "s2twp", "hk": "s2hk"}
_SLOT = r"\{[^{}]*\}"
_HEADER = """\
# Converted from {source} by `python -m crmreport.text.traditional`: correct it in traditional.yml.
msgid ""
msgstr ""
"Language: zh_Hant_{variant}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


@dataclass(frozen=True)
class Correction:
    """A reader's wording of one message, valid as long as the Simplified text is ``simplified``."""

    simplified: str
    text: str


@dataclass(frozen=True)
class Exceptions:
    """What OpenCC gets wrong in one variant.

    ``terms`` maps Simplified phrases to Traditional ones, ``characters`` the forms that OpenCC prefers
    to those that the variant's businesses write, ``corrections`` whole messages by their id.
    """

    terms: Mapping[str, str]
    characters: Mapping[str, str]
    corrections: Mapping[str, Correction]

    @classmethod
    def read(cls, variant: str, file: Path = EXCEPTIONS) -> Exceptions:
        content: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        terms = {term["simplified"]: term[variant] for term in content["terms"] if variant in term}
        corrections = {
            message: Correction(entry["simplified"], entry[variant])
            for message, entry in content["corrections"].items()
            if variant in entry
        }
        return cls(terms, content["characters"][variant], corrections)


class Converter:
    """Simplified to Traditional for one variant, ``tw`` or ``hk``; slots are never converted."""

    def __init__(self, variant: str, exceptions: Exceptions) -> None:
        from opencc import OpenCC

        self._convert: Callable[[str], str] = OpenCC(CONVERSIONS[variant]).convert
        self._exceptions = exceptions
        longest_first = sorted(exceptions.terms, key=lambda term: (-len(term), term))
        self._kept = re.compile("|".join([_SLOT, *map(re.escape, longest_first)]))
        self._characters = str.maketrans(dict(exceptions.characters))

    def text(self, simplified: str) -> str:
        """The text converted, with every term of the list as the list has it."""
        pieces, end = [], 0
        for kept in self._kept.finditer(simplified):
            pieces += [self._plain(simplified[end : kept.start()]), self._term(kept[0])]
            end = kept.end()
        return "".join([*pieces, self._plain(simplified[end:])])

    def message(self, message_id: str, simplified: str) -> str:
        """The text of one message: a reader's correction where there is one.

        Raises ParamsError where the Simplified text has changed since it was corrected.
        """
        correction = self._exceptions.corrections.get(message_id)
        if correction is None:
            return self.text(simplified)
        if correction.simplified != simplified:
            raise ParamsError(
                f"The correction of “{message_id}” was made for another Simplified text.",
                where=EXCEPTIONS.name,
                remedy=f"Read it again beside “{simplified}”, or delete it.",
            )
        return correction.text

    def _plain(self, text: str) -> str:
        # OpenCC answers an empty text with an error.
        return self._convert(text).translate(self._characters) if text else ""

    def _term(self, found: str) -> str:
        return found if found.startswith("{") else self._exceptions.terms[found]


def convert_file(source: Path, variant: str, converter: Converter) -> str:
    """The content of the Traditional catalogue made from the Simplified one at ``source``."""
    with source.open("rb") as stream:
        catalog = read_po(stream, locale="zh_Hans", abort_invalid=True)
    parts = [_HEADER.format(source=f"zh-Hans/{source.name}", variant=variant.upper())]
    return "\n".join([*parts, *_entries(catalog, converter)])


def _entries(catalog: Catalog, converter: Converter) -> Iterator[str]:
    for entry in catalog:
        if not entry.id:
            continue
        if isinstance(entry.id, str):
            text = converter.message(entry.id, str(entry.string))
            yield f"msgid {escape(entry.id)}\nmsgstr {escape(text)}\n"
            continue
        message_id, counts = entry.id
        text = converter.message(message_id, next(iter(entry.string or ())))
        yield f"msgid {escape(message_id)}\nmsgid_plural {escape(counts)}\nmsgstr[0] {escape(text)}\n"


def conversions(folder: Path = FOLDER, exceptions: Path = EXCEPTIONS) -> dict[Path, str]:
    """Every Traditional catalogue under ``folder`` by its path, with the content it should have."""
    made: dict[Path, str] = {}
    for variant in CONVERSIONS:
        converter = Converter(variant, Exceptions.read(variant, exceptions))
        for source in sorted((folder / "zh-Hans").glob("*.po")):
            target = folder / f"zh-Hant-{variant.upper()}" / source.name
            made[target] = convert_file(source, variant, converter)
    return made


def stale(folder: Path = FOLDER, exceptions: Path = EXCEPTIONS) -> list[Path]:
    """The Traditional catalogues that are not what conversion gives, lack a source, or are missing."""
    made = conversions(folder, exceptions)
    there = {path for variant in CONVERSIONS for path in folder.glob(f"zh-Hant-{variant.upper()}/*.po")}
    differing = {path for path in made if path in there and path.read_text("utf-8") != made[path]}
    return sorted(differing | (there ^ set(made)))


def write(folder: Path = FOLDER, exceptions: Path = EXCEPTIONS) -> None:
    """Bring the Traditional catalogues up to date."""
    made = conversions(folder, exceptions)
    for path in stale(folder, exceptions):
        if path not in made:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], "utf-8", newline="\n")


def main(arguments: list[str]) -> str:
    """Write the catalogues; with ``--check``, only name those that are out of date."""
    if arguments not in ([], ["--check"]):
        return "usage: python -m crmreport.text.traditional [--check]"
    if not arguments:
        write()
        return ""
    return "\n".join(f"{path.parent.name}/{path.name} is not what conversion gives" for path in stale())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
