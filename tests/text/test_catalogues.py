"""What every catalogue in every language keeps to."""

import io
import re
import string
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from opencc import OpenCC

from crmreport.text.catalogue import FOLDER, Message, load_catalogue

LANGUAGES = ("en", "zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
CHINESE = LANGUAGES[1:]
FILES = sorted(file.name for file in (FOLDER / "en").glob("*.po"))

# The boxes of the teaching edition hold formulas and settings to try: digits, and signs with spaces.
LESSONS = re.compile(r"teaching\.\w+\.\w+")

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
FULL = r"[，。；：！？、（）“”‘’「」『』《》…—]"
# A name that holds a digit; no other digit stands in a message.
DIGITS_ALLOWED = ("SHA-256", "80/20")
# Slots that one language needs and another does not.
FOLLOWS_A_SENTENCE = ("chart.open_cells",)
# Each language under its own name, in its own characters.
OWN_NAMES = ("page.language_zh_hans", "page.language_zh_hant")
# OpenCC's standard writes 臺佔羣; businesses in both places do not.
RIGHT_IN_BOTH = set("台占群")


def _messages(language: str) -> Iterator[tuple[str, str]]:
    catalogue = load_catalogue(language)
    for message in catalogue:
        for form in catalogue[message].forms:
            yield message, form


def _slots(message: Message) -> list[Counter[tuple[str | None, str | None]]]:
    return [
        Counter((slot, form) for _, slot, form, _ in string.Formatter().parse(text) if slot is not None)
        for text in message.forms
    ]


def _without_slots(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "", text)


def _offending(language: str, pattern: str) -> dict[str, str]:
    return {message: text for message, text in _messages(language) if re.search(pattern, text)}


@pytest.mark.parametrize("language", CHINESE)
def test_every_language_has_the_same_files_with_the_same_messages(language: str) -> None:
    assert _ids_by_file(language) == _ids_by_file("en")


def _ids_by_file(language: str) -> dict[str, list[str]]:
    found = {}
    for file in sorted((FOLDER / language).glob("*.po")):
        entries = read_po(io.StringIO(file.read_text("utf-8")))
        found[file.name] = sorted(str(entry.id) for entry in entries if entry.id)
    return found


@pytest.mark.parametrize("file", FILES)
def test_a_message_stands_in_the_file_of_its_prefix(file: str) -> None:
    area = file.removesuffix(".po")
    allowed = {"core": ("core.", "unit.")}.get(area, (f"{area}.",))
    entries = read_po(io.StringIO((FOLDER / "en" / file).read_text("utf-8")))
    ids = [entry.id if isinstance(entry.id, str) else entry.id[0] for entry in entries if entry.id]
    assert [message for message in ids if not message.startswith(allowed)] == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_message_has_the_same_slots_in_every_language(language: str) -> None:
    english, other = load_catalogue("en"), load_catalogue(language)
    different = {
        message: difference
        for message in other
        if (difference := _slot_names(english[message]) ^ _slot_names(other[message]))
    }
    assert different == {}


def _slot_names(message: Message) -> set[str | None]:
    return {slot for form in _slots(message) for slot, _ in form}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_share_their_slots(language: str) -> None:
    catalogue = load_catalogue(language)
    for message in catalogue:
        slots = _slots(catalogue[message])
        assert all(form == slots[0] for form in slots), message
        counts = catalogue[message].counts
        assert counts is None or counts in {slot for slot, _ in slots[0]}, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_holds_a_number(language: str) -> None:
    def number(text: str) -> bool:
        for name in DIGITS_ALLOWED:
            text = text.replace(name, "")
        return any(
            character.isnumeric() and not re.match(HAN, character) for character in _without_slots(text)
        )

    numbers = {message: text for message, text in _messages(language) if number(text)}
    assert {message: text for message, text in numbers.items() if not LESSONS.fullmatch(message)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_blank_or_padded(language: str) -> None:
    # print.alt_row and its like are separators.
    bad = {
        message: text
        for message, text in _messages(language)
        if message not in FOLLOWS_A_SENTENCE
        and (not text.strip() or (text != text.strip() and re.search(r"\w", text)))
    }
    assert bad == {}


def test_english_spacing() -> None:
    assert _offending("en", r"  | [.,;:!?)]|\( |\.\.|[“‘] | [”]") == {}


def test_english_quotes_are_curly() -> None:
    assert _offending("en", r'"') == {}


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_has_chinese_punctuation(language: str) -> None:
    ascii_mark = r"""[,;:!?()"'.]"""
    bad = {
        message: text
        for message, text in _messages(language)
        if re.search(rf"{HAN}{ascii_mark}|{ascii_mark}{HAN}", _unslotted(text)) and not _formula(message)
    }
    assert bad == {}


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_has_no_spaces_around_slots_and_punctuation(language: str) -> None:
    glue = rf"(?:{HAN}|{FULL}|§)"
    bad = {
        message: text
        for message, text in _messages(language)
        if re.search(rf"{HAN} +{glue}|{glue} +{HAN}|{FULL} | {FULL}", _unslotted(text))
        and not _formula(message)
    }
    assert bad == {}


def _formula(message: str) -> bool:
    return message.startswith("teaching.") and message.endswith(".formula")


def _unslotted(text: str) -> str:
    """A slot stands for a number or a word: ``§``."""
    return re.sub(r"\{[^{}]*\}", "§", text)


@pytest.mark.parametrize("language", CHINESE)
def test_a_chinese_sentence_ends_as_the_english_one_does(language: str) -> None:
    english = load_catalogue("en")
    bad = {
        message: text
        for message, text in _messages(language)
        if english[message].forms[0].endswith(".") != text.endswith("。")
    }
    assert bad == {}


@pytest.mark.parametrize("language", ["zh-Hant-TW", "zh-Hant-HK"])
def test_traditional_holds_no_simplified_character(language: str) -> None:
    simplified_to_traditional = OpenCC("s2t")
    assert _changed(language, simplified_to_traditional, RIGHT_IN_BOTH) == {}


def test_simplified_holds_no_traditional_character() -> None:
    assert _changed("zh-Hans", OpenCC("t2s"), set()) == {}


def _changed(language: str, converter: OpenCC, right: set[str]) -> dict[str, list[str]]:
    """Characters of each message that ``converter``, asked one by one, would write otherwise."""
    found = {}
    for message, text in _messages(language):
        if message in OWN_NAMES:
            continue
        wrong = sorted({c for c in text if re.match(HAN, c) and c not in right and converter.convert(c) != c})
        if wrong:
            found[message] = wrong
    return found


@pytest.mark.parametrize("language", ["zh-Hant-TW", "zh-Hant-HK"])
def test_traditional_quotes_with_corner_brackets(language: str) -> None:
    assert _offending(language, "[“”‘’]") == {}


def test_a_simplified_character_would_be_found() -> None:
    converter = OpenCC("s2t")
    assert [c for c in "客户關係分析" if converter.convert(c) != c] == ["户"]
