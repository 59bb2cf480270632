"""Survey answers as the questionnaire declares them: which are answers, and which stand for none."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.params import Questionnaire

COLUMNS = (
    "respondent",
    "customer_id",
    "wave",
    "mode",
    "answered_on",
    "item",
    "kind",
    "value",
    "choice",
    "weight",
)
ANSWERED = "answered"
OFF_SCALE = "off_scale"
_LONGEST = 1e7
"""Seconds: a questionnaire may lie open for weeks."""


def survey_answers(answers: ir.Table, questionnaire: Questionnaire, *, as_of: date) -> ir.Table:
    """One row per ``scope`` and answer to an item of the questionnaire, up to ``as_of``.

    - ``respondent``: a number in place of the id, the same in every scope and wave
    - ``customer_id`` where the respondent is known as a customer; ``wave``, ``mode``, ``answered_on``
    - ``item``; ``kind``: ``answered``, or why not (``blank``, ``not_applicable``, ``dont_know``), or
      ``off_scale`` for a number that the item's scale does not hold, or a text that stands for none
    - ``value``: the answer as a number, NULL where there is none
    - ``choice``: the answer as written, of items of the role profile only: those are declared fit to show
    - ``weight``: NULL where the survey has none

    Items that the questionnaire does not name are left out: nobody said what they are, and a free text may
    hold personal data. How long an interview took is named apart. Answers without a date count as given in
    the period.
    """
    asked = answers.filter(answers.item.isin(questionnaire.numbered))
    asked = asked.filter(asked.answered_on.isnull() | (asked.answered_on <= as_of))
    numbered = asked.mutate(
        respondent=ibis.dense_rank().over(ibis.window(order_by=asked.respondent_id)),
        code=ibis.coalesce(_number_text(asked.score), asked.answer.strip().lower()),
    )
    coded = numbered.left_join(_meanings(questionnaire), ["item", "code"]).drop("item_right", "code_right")
    placed = coded.left_join(_items(questionnaire), "item").drop("item_right")
    number = ibis.coalesce(placed.meant, placed.score)
    on_scale = number.between(placed.lowest, placed.highest) & placed.declared.isnull()
    free = placed.is_profile & placed.declared.isnull()
    kind = ibis.cases(
        (placed.declared.notnull(), placed.declared), (free | on_scale, ANSWERED), else_=OFF_SCALE
    )
    placed = placed.mutate(kind=kind, number=number)
    given = placed.kind == ANSWERED
    placed = placed.mutate(
        value=ibis.ifelse(given & ~placed.is_profile, placed.number, ibis.null("float64")),
        choice=ibis.ifelse(given & placed.is_profile, placed.answer.strip(), ibis.null("string")),
    )
    return scoped(placed.select("brand_id", *COLUMNS))


def _number_text(score: ir.FloatingValue) -> ir.StringValue:
    """As ``params_survey.code_key`` writes a number."""
    return (score + 0.0).cast("string")


def _meanings(questionnaire: Questionnaire) -> ir.Table:
    """The values that mean something else than the number they are. A label is an answer like any other."""
    rows = [
        {
            "item": one["item"],
            "code": one["code"],
            "declared": None if one["kind"] == ANSWERED else one["kind"],
            "meant": one["value"],
        }
        for one in questionnaire.meanings()
    ]
    kinds = {"item": "string", "code": "string", "declared": "string", "meant": "float64"}
    return ibis.memtable(rows, schema=ibis.schema(kinds))


def _items(questionnaire: Questionnaire) -> ir.Table:
    rows: list[dict[str, str | bool | float]] = [
        {
            "item": name,
            "is_profile": item.role == "profile",
            "lowest": float(questionnaire.scale_of(name)[0]),
            "highest": float(questionnaire.scale_of(name)[1]),
        }
        for name, item in questionnaire.items.items()
    ]
    if questionnaire.duration_item:
        name = questionnaire.duration_item
        rows.append({"item": name, "is_profile": False, "lowest": 0.0, "highest": _LONGEST})
    kinds = {"item": "string", "is_profile": "boolean", "lowest": "float64", "highest": "float64"}
    return ibis.memtable(rows, schema=ibis.schema(kinds))
