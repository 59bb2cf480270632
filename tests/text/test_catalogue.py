"""Reading catalogues: plurals, a consultant's folder, and every way in which a file is refused."""

from pathlib import Path

import pytest

from crmreport.errors import ParamsError, RenderError
from crmreport.text.catalogue import Part, load_catalogue

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _write(root: Path, text: str, *, language: str = "en", name: str = "own.po") -> Path:
    file = root / language / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEAD + text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "days"), (1, "day"), (1.5, "days"), (-1, "day"), (2, "days")]
)
def test_english_counts(tmp_path: Path, number: float, shown: str) -> None:
    _write(tmp_path, 'msgid "own.d"\nmsgid_plural "n"\nmsgstr[0] "{n} day"\nmsgstr[1] "{n} days"\n')
    parts = load_catalogue("en", tmp_path).parts("own.d", {"n": number})
    assert parts == [Part("", "n"), Part(f" {shown}")]


def test_chinese_has_one_form(tmp_path: Path) -> None:
    _write(tmp_path, 'msgid "own.d"\nmsgid_plural "n"\nmsgstr[0] "{n}天"\n', language="zh-Hans")
    catalogue = load_catalogue("zh-Hans", tmp_path)
    assert (
        catalogue.parts("own.d", {"n": 1})
        == catalogue.parts("own.d", {"n": 2})
        == [Part("", "n"), Part("天")]
    )


def test_a_message_is_parsed_into_text_and_slots(tmp_path: Path) -> None:
    _write(tmp_path, 'msgid "own.m"\nmsgstr "Of {all:n}, {part} ({part:interval}) {{so}}."\n')
    assert load_catalogue("en", tmp_path).parts("own.m") == [
        Part("Of "),
        Part("", "all", "n"),
        Part(", "),
        Part("", "part"),
        Part(" ("),
        Part("", "part", "interval"),
        Part(") {"),
        Part("so}"),
        Part("."),
    ]


def test_a_consultants_folder_replaces_and_adds(tmp_path: Path) -> None:
    _write(tmp_path, 'msgid "page.contents"\nmsgstr "In this report"\n\nmsgid "own.more"\nmsgstr "More"\n')
    changed = load_catalogue("en", tmp_path)
    assert changed["page.contents"].forms == ("In this report",)
    assert changed["own.more"].forms == ("More",)
    assert changed["page.draft"] == load_catalogue("en")["page.draft"]
    assert "own.more" not in load_catalogue("en")
    assert set(changed) - set(load_catalogue("en")) == {"own.more"}


def test_the_last_folder_wins(tmp_path: Path) -> None:
    for name in ("first", "second"):
        _write(tmp_path / name, f'msgid "own.m"\nmsgstr "{name}"\n')
    catalogue = load_catalogue("en", tmp_path / "first", tmp_path / "second")
    assert catalogue["own.m"].forms == ("second",)


def test_an_unknown_message() -> None:
    with pytest.raises(RenderError) as refused:
        load_catalogue("en")["page.nonsense"]
    assert str(refused.value) == (
        "en: The catalogue has no message “page.nonsense”. "
        "Add it to the chapter's .po file in every language."
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('msgid "own.m"\nmsgstr "a"\n\nmsgid "own.m"\nmsgstr "b"\n', "The message “own.m” stands twice."),
        ('msgid "own.m"\nmsgstr ""\n', "The message “own.m” has no text. Correct it there."),
        (
            'msgid "own.m"\nmsgid_plural "n"\nmsgstr[0] "{n} day"\n',
            "The message “own.m” has no text. Correct it there.",
        ),
        (
            'msgid "own.m"\nmsgstr "{n day"\n',
            "The message “own.m” has an unfinished slot (expected '}' before end of string). "
            "Correct it there.",
        ),
        (
            'msgid "own.m"\nmsgstr "{}"\n',
            "The message “own.m” has a slot “” that is no name. Correct it there.",
        ),
        (
            'msgid "own.m"\nmsgstr "{a.b}"\n',
            "The message “own.m” has a slot “a.b” that is no name. Correct it there.",
        ),
        (
            'msgid "own.m"\nmsgstr "{n:intervall}"\n',
            "The message “own.m” shows “n” in the form “intervall”, which is none of "
            "value, signed, moved, apart, abs, exact, bare, n, interval, span. Correct it there.",
        ),
        ("nonsense\n", "The catalogue cannot be read (Unknown or misformatted keyword on 3)."),
    ],
)
def test_a_message_that_cannot_be_shown_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(ParamsError) as refused:
        load_catalogue("en", tmp_path)
    assert str(refused.value) == f"{file}: {problem}"


def test_one_message_in_two_files_of_a_folder(tmp_path: Path) -> None:
    _write(tmp_path, 'msgid "own.m"\nmsgstr "a"\n', name="a.po")
    second = _write(tmp_path, 'msgid "own.m"\nmsgstr "b"\n', name="b.po")
    with pytest.raises(ParamsError) as refused:
        load_catalogue("en", tmp_path)
    assert str(refused.value) == f"{second}: The message “own.m” stands twice."


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    file = _write(tmp_path, "")
    file.write_bytes('msgid "own.m"\nmsgstr "客户"\n'.encode("gb18030"))
    with pytest.raises(ParamsError, match=r"own\.po: The catalogue cannot be read \(.*utf-8"):
        load_catalogue("en", tmp_path)
