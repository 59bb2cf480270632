"""Blocks: each survives JSON, refuses what it does not know, and tells what it says and shows."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from crmreport.display.blocks import (
    BLOCK,
    Block,
    Bullets,
    Bundle,
    Callout,
    Card,
    CardPoint,
    Cards,
    Column,
    Comment,
    Context,
    Data,
    DateSlot,
    Figure,
    FindingSlot,
    Glossary,
    Heading,
    Kpi,
    KpiStrip,
    Missing,
    NameSlot,
    Paragraph,
    PeriodSlot,
    Sentence,
    Table,
    Term,
    by_sign,
    findings_of,
    label,
    sentence,
    sentences_of,
    setting,
    text,
)
from crmreport.findings import Finding, Scope
from crmreport.params import LocalText
from crmreport.period import parse_period

SCOPE = Scope(kind="brand", id="one")


def finding(name: str, value: float = 0.24, low: float = 0.2, high: float = 0.28) -> Finding:
    return Finding(
        id=f"segmentation.{name}",
        scope=SCOPE,
        value=value,
        unit="share",
        n=200,
        low=low,
        high=high,
        confidence=0.95,
        method="method.share",
        period="2017-Q4",
    )


FIRST, SECOND, THIRD = finding("first"), finding("second"), finding("third")
EVERY_SLOT = sentence(
    "own.every",
    finding=FIRST,
    setting=setting(30, "days"),
    label=label("own.loyal"),
    name=LocalText({"en": "One", "zh-Hans": "一"}),
    text=text("<script>"),
    date=date(2017, 12, 31),
    period=parse_period("2017-Q4", fiscal_year_start=4),
)
TITLE, BODY = sentence("own.title"), sentence("own.body", share=SECOND)
DATA = Data(
    columns=(
        Column(key="segment", label="column.segment", kind="label"),
        Column(key="share", label="column.share", kind="share"),
    ),
    rows=(("own.loyal", 0.24), ("own.lost", None)),
)
BLOCKS: list[tuple[Block, list[Sentence], list[Finding]]] = [
    (Heading(title=TITLE, level=3), [TITLE], []),
    (Paragraph(sentences=(EVERY_SLOT, BODY), lead=True), [EVERY_SLOT, BODY], [FIRST, SECOND]),
    (Bullets(items=(BODY, TITLE), ordered=True), [BODY, TITLE], [SECOND]),
    (
        Figure(
            id="shares",
            chart="bars",
            data=DATA,
            options={"highlight": "own.loyal", "limits": [0, 1]},
            headline=BODY,
            source=EVERY_SLOT,
        ),
        [BODY, EVERY_SLOT],
        [SECOND, FIRST],
    ),
    (Table(id="shares", data=DATA, headline=TITLE, note=BODY, total=True), [TITLE, BODY], [SECOND]),
    (Table(id="shares", data=DATA, headline=TITLE), [TITLE], []),
    (
        KpiStrip(
            items=(
                Kpi(label="own.share", finding=FIRST, change=THIRD, change_label=BODY),
                Kpi(label="own.other", finding=THIRD.withheld()),
            )
        ),
        [BODY],
        [FIRST, THIRD, THIRD.withheld(), SECOND],
    ),
    (Callout(style="key", title=TITLE, body=(BODY,)), [TITLE, BODY], [SECOND]),
    (
        Cards(
            items=(Card(title=TITLE, facts=(BODY,), points=(CardPoint(label="own.do", text=EVERY_SLOT),)),)
        ),
        [TITLE, BODY, EVERY_SLOT],
        [SECOND, FIRST],
    ),
    (
        Glossary(title=TITLE, terms=(Term(name=TITLE, meaning=BODY, note=EVERY_SLOT),)),
        [TITLE, TITLE, BODY, EVERY_SLOT],
        [SECOND, FIRST],
    ),
    (Comment(text=LocalText("As agreed.")), [], []),
    (Missing(reason="withheld", body=(BODY,)), [BODY], [SECOND]),
]
EACH = pytest.mark.parametrize(
    ("block", "sentences", "findings"), BLOCKS, ids=[type(block).__name__ for block, *_ in BLOCKS]
)


@EACH
def test_a_block_survives_json(block: Block, sentences: list[Sentence], findings: list[Finding]) -> None:
    as_text = BLOCK.dump_json(block)
    read = BLOCK.validate_json(as_text)
    assert read == block
    assert type(read) is type(block)
    assert BLOCK.dump_json(read) == as_text


@EACH
def test_a_block_tells_what_it_says_and_shows(
    block: Block, sentences: list[Sentence], findings: list[Finding]
) -> None:
    assert list(sentences_of(block)) == sentences
    assert list(findings_of(block)) == findings


@EACH
def test_a_block_refuses_what_it_does_not_know(
    block: Block, sentences: list[Sentence], findings: list[Finding]
) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        BLOCK.validate_python(BLOCK.dump_python(block) | {"colour": "red"})


def test_every_kind_of_block_is_tested() -> None:
    kinds = BLOCK.json_schema()["discriminator"]["mapping"]
    assert {block.kind for block, *_ in BLOCKS} == set(kinds)


def test_a_bundle_survives_json() -> None:
    context = Context(
        engagement="acme",
        client=LocalText("Acme"),
        scope=SCOPE,
        scope_name=LocalText({"en": "One", "zh-Hans": "一"}),
        period=parse_period("2017-Q4"),
        currency="CNY",
        languages=("en", "zh-Hans"),
        traditional="tw",
        mark=("draft",),
        simulated=False,
        chapter="segmentation",
        chapter_title="segmentation.title",
    )
    bundle = Bundle(context=context, blocks=tuple(block for block, *_ in BLOCKS), findings=(THIRD,))
    assert Bundle.model_validate(bundle.model_dump(mode="json")) == bundle


def test_values_find_their_slots() -> None:
    period = parse_period("2017-Q4")
    made = sentence(
        "own.every", a=FIRST, b=date(2017, 12, 31), c=period, d=LocalText("One"), e=setting(3, "count")
    )
    assert made.slots == {
        "a": FindingSlot(finding=FIRST),
        "b": DateSlot(date=date(2017, 12, 31)),
        "c": PeriodSlot(period=period),
        "d": NameSlot(text=LocalText("One")),
        "e": setting(3, "count"),
    }


@pytest.mark.parametrize("message", ["", "Sentence in words.", "own", "own.", ".own", "own.A"])
def test_a_sentence_needs_a_messages_id(message: str) -> None:
    with pytest.raises(ValidationError, match="String should match pattern"):
        sentence(message)


@pytest.mark.parametrize("bad", [{"id": "Two words"}, {"chart": "os.system"}, {"chart": "../bars"}])
def test_a_figure_is_named_safely(bad: dict[str, Any]) -> None:
    content = {"id": "shares", "chart": "bars", "data": DATA, "headline": TITLE, "source": TITLE}
    with pytest.raises(ValidationError, match="String should match pattern"):
        Figure.model_validate(content | bad)


def test_a_tables_rows_as_records() -> None:
    assert list(DATA.records()) == [
        {"segment": "own.loyal", "share": 0.24},
        {"segment": "own.lost", "share": None},
    ]
    short = Data(columns=DATA.columns, rows=(("own.loyal",),))
    with pytest.raises(ValueError, match="shorter"):
        list(short.records())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (finding("change", 0.1, 0.05, 0.15), "own.up"),
        (finding("change", -0.1, -0.15, -0.05), "own.down"),
        (finding("change", 0.1, -0.05, 0.25), "own.flat"),
        (finding("change", -0.004, -0.0045, -0.003), "own.flat"),
        (finding("change", 0.1, 0.05, 0.15).withheld(), "own.flat"),
    ],
)
def test_a_change_is_worded_by_its_sign(change: Finding, message: str) -> None:
    assert by_sign(change, up="own.up", flat="own.flat", down="own.down") == message


def test_an_unknown_change_may_have_words_of_its_own() -> None:
    said = by_sign(FIRST.withheld(), up="own.up", flat="own.flat", down="own.down", unknown="own.unknown")
    assert said == "own.unknown"
