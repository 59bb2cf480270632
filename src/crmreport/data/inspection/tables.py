"""Which canonical table a file is: the one that explains most of it, if one explains enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crmreport.data.contract import TABLES
from crmreport.data.inspection.matching import ENOUGH, SURE, Field, Match, match
from crmreport.data.inspection.structure import customer_scores, sale_line_scores
from crmreport.data.inspection.survey_items import is_profile
from crmreport.data.inspection.vocabulary import names_nothing, vocabulary

_KEY_UNIQUE = 0.9
_PART = 1 / 6
_CERTAIN = 0.95
_FILE_NAME = 1.0
_HEADERS = 0.5
_FEWEST_ITEMS = 4
_NARROW = 4
_ITEMS_SHARE = 0.3
_OF_A_RESPONDENT = frozenset(
    ["respondent_id", "customer_id", "survey_id", "wave", "answered_on", "mode", "weight"]
)
_DESCRIBE = frozenset(
    [
        "age",
        "gender",
        "income",
        "education",
        "city",
        "region",
        "country",
        "zip",
        "channel",
        "mode",
        "language",
        "lang",
        "strata",
        "id",
    ]
)
"""Words of columns that describe who answered, not what was answered."""

_POINT_SIGNS = frozenset({"earned", "used", "received", "created", "expiry"})


@dataclass(frozen=True)
class Guess:
    """What a file is taken for.

    ``wide`` are the columns that each hold one item; ``alone`` says that contents had to speak without
    headers. ``weight`` compares readings: how much of the file this one explains.
    """

    match: Match
    weight: float
    wide: tuple[str, ...] = ()
    alone: bool = False
    lacking: tuple[str, ...] = field(default=())

    def is_sure(self, column: str) -> bool:
        """Whether a column was found for certain; by its values alone none is."""
        return not self.alone and self.match.scores[column] >= SURE

    @property
    def table(self) -> str:
        return self.match.table.name


def guesses(name: str, fields: Sequence[Field]) -> list[Guess]:
    """The tables that a file may be, the best first; none where it is none of ours.

    ``name`` is the file's, whose words count as well. Not in the list are tables of which a required
    column is missing: see ``nearest``.
    """
    if names_nothing([one.name for one in fields]):
        found = _without_headers(fields)
    else:
        found = [*_long(name, fields), *_wide(name, fields)]
    return sorted(found, key=lambda guess: (-guess.weight, guess.table))


def nearest(name: str, fields: Sequence[Field]) -> Guess | None:
    """The table that a left-out file comes nearest to, with the required columns that it lacks."""
    if names_nothing([one.name for one in fields]):
        return None
    tries = [
        Guess(found, _weight(name, fields, found), lacking=found.missing)
        for table in TABLES.values()
        for found in [match(table, fields)]
        if found.missing and len(found.columns) >= 2 and _explains(fields, found)
    ]
    return max(tries, key=lambda guess: (guess.weight, guess.table), default=None)


def _long(name: str, fields: Sequence[Field]) -> list[Guess]:
    found = [match(table, fields) for table in TABLES.values()]
    return [
        Guess(one, _weight(name, fields, one))
        for one in found
        if not one.missing and _has_sign(one, fields) and _keys_differ(one, fields) and _explains(fields, one)
    ]


def _weight(name: str, fields: Sequence[Field], found: Match) -> float:
    words = vocabulary()
    table = found.table.name
    in_headers = any(words.speaks_of(one.name, table) for one in fields)
    return found.weight + _FILE_NAME * words.speaks_of(name, table) + _HEADERS * in_headers


def _explains(fields: Sequence[Field], found: Match) -> bool:
    """Whether the reading explains a good part of the columns, or the little it explains for certain."""
    filled = [one for one in fields if one.looks.filled]
    if len(found.columns) >= max(1, len(filled) * _PART):
        return True
    required = [column.name for column in found.table.mappable if column.required]
    signs = vocabulary().signs.get(found.table.name, ())
    certain = all(found.scores.get(name, 0.0) >= _CERTAIN for name in required)
    return certain and any(found.scores.get(sign, 0.0) >= _CERTAIN for sign in signs)


def _has_sign(found: Match, fields: Sequence[Field]) -> bool:
    # A customer and a date are sale lines enough in a file that holds little else.
    fewest = found.table.name == "sale_lines" and len(fields) <= _NARROW
    signs = vocabulary().signs.get(found.table.name, ())
    return fewest or any(found.scores.get(sign, 0.0) >= ENOUGH for sign in signs)


def _keys_differ(found: Match, fields: Sequence[Field]) -> bool:
    """Whether a table that has one row a key has one here."""
    keys = [column.name for column in found.table.keys]
    required = [column.name for column in found.table.keys if column.required]
    if found.table.events or len(keys) != 1 or keys != required:
        return True
    looks = next(one.looks for one in fields if one.name == found.columns[keys[0]])
    return looks.unique >= _KEY_UNIQUE


# ---------------------------------------------------------------- one column an item


def _wide(name: str, fields: Sequence[Field]) -> list[Guess]:
    return [guess for guess in (_wide_survey(name, fields), _wide_points(name, fields)) if guess]


def _wide_survey(name: str, fields: Sequence[Field]) -> Guess | None:
    """A survey with one column a question: many columns of small whole numbers, or of answers in
    words, one row a respondent."""
    asked = [one for one in fields if one.looks.is_scale or one.looks.worded]
    items = [one.name for one in asked if not _describes(one.name)]
    filled = [one for one in fields if one.looks.filled]
    if len(items) < _FEWEST_ITEMS or len(items) < _ITEMS_SHARE * len(filled):
        return None
    profile = [one.name for one in fields if one.name not in items and is_profile(one)]
    rest = [one for one in fields if one.name not in {*items, *profile}]
    table = TABLES["survey_answers"]
    found = match(table, rest)
    kept = {column: score for column, score in found.scores.items() if column in _OF_A_RESPONDENT}
    respondent = next((one for one in rest if one.name == found.columns.get("respondent_id")), None)
    if respondent is not None and respondent.looks.unique < _KEY_UNIQUE:
        kept.pop("respondent_id")
    found = Match(table, {column: found.columns[column] for column in kept}, kept)
    return Guess(found, _weight(name, fields, found) + 0.5 * len(items), wide=(*items, *profile))


def _describes(header: str) -> bool:
    return vocabulary().brand(header) >= ENOUGH or bool(_DESCRIBE & set(vocabulary().lexicon.read(header)))


def _wide_points(name: str, fields: Sequence[Field]) -> Guess | None:
    """Receipts that carry their points, earned and used each in a column of its own."""
    words = vocabulary().lexicon
    items = [
        one.name
        for one in fields
        if "point" in (read := words.read(one.name)) and _POINT_SIGNS & set(read) and one.looks.number > 0.9
    ]
    if not items:
        return None
    table = TABLES["points_ledger"]
    found = match(table, [one for one in fields if one.name not in items])
    kept = {column: score for column, score in found.scores.items() if column not in (table.wide or ())}
    found = Match(table, {column: found.columns[column] for column in kept}, kept)
    if set(found.missing) - {*(table.wide or ())}:
        return None
    return Guess(found, _weight(name, fields, found) + 0.5 * len(items), wide=tuple(items))


# ---------------------------------------------------------------- headers that say nothing


def _without_headers(fields: Sequence[Field]) -> list[Guess]:
    readings = {"sale_lines": sale_line_scores(fields), "customers": customer_scores(fields)}
    found = [match(TABLES[table], fields, scores) for table, scores in readings.items()]
    return [
        Guess(one, one.weight, alone=True)
        for one in found
        if not one.missing and len(one.columns) >= 3 and _keys_differ(one, fields)
    ]
