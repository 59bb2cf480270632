"""What customers wrote, as the words of each case: personal data covered, then counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

import ibis
import ibis.expr.types as ir

from crmreport.text.masking import masked
from crmreport.text.splitting import capitals, runs

COLUMNS = ("case", "opened_on", "customer_id", "term", "words")
_SHORT = 4
_NAME = 0.5
"""A Latin word that more of its places inside sentences write with a capital is a name, and not counted."""


def case_terms(texts: Mapping[str, str], *, minimum: int) -> list[tuple[str, str, int]]:
    """(case, term, how many words it has), each once, in order, from the text of each case.

    Terms are single words and two words that stand beside each other. Personal data is covered first, names
    are left out, and so is what fewer than ``minimum`` cases hold: a name that nothing covered is not kept.
    A plural counts as its singular where that is written too.
    """
    covered = {case: masked(text) for case, text in texts.items()}
    inside = Counter(one for text in covered.values() for one in capitals(text))
    names = {
        word for word, _ in inside if inside[word, True] > _NAME * (inside[word, True] + inside[word, False])
    }
    parted = {case: list(runs(text)) for case, text in covered.items()}
    known = {word for lists in parted.values() for run in lists for word in run}
    held = {case: _terms(lists, names, known) for case, lists in parted.items()}
    cases = Counter(term for terms in held.values() for term in terms)
    return sorted(
        (case, " ".join(term), len(term))
        for case, terms in held.items()
        for term in terms
        if cases[term] >= minimum
    )


def _terms(lists: Iterable[list[str]], names: set[str], known: set[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for run in lists:
        words = [None if word in names else _singular(word, known) for word in run]
        found |= {(word,) for word in words if word is not None}
        found |= {
            (one, other)
            for one, other in pairwise(words)
            if one is not None and other is not None and one != other
        }
    return found


def _singular(word: str, known: set[str]) -> str:
    ends = word.isascii() and word.endswith("s") and not word.endswith("ss") and len(word) > _SHORT
    return word[:-1] if ends and word[:-1] in known else word


def narrative_terms(cases: ir.Table, *, minimum: int) -> ir.Table | None:
    """One row per ``scope``, ``case`` and ``term`` of it: ``words``, ``opened_on`` and ``customer_id``.

    ``cases`` are those of ``case_table``, with the ``narrative`` kept; see ``case_terms``. None where no
    case has a text.
    """
    told = cases.filter(cases.narrative.notnull())
    texts = told.select("case", "narrative").distinct().order_by("case").to_pyarrow().to_pylist()
    rows = case_terms({one["case"]: one["narrative"] for one in texts}, minimum=minimum)
    if not rows:
        return None
    kinds = {"case": "string", "term": "string", "words": "int64"}
    terms = ibis.memtable([dict(zip(kinds, row, strict=True)) for row in rows], schema=ibis.schema(kinds))
    whose = told.select("scope", "case", "opened_on", "customer_id")
    return whose.join(terms, "case")
