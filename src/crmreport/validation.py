"""What is wrong with a file that pydantic refused, in the words of whoever wrote it.

Pydantic speaks of tuples and constrained strings to programmers; a params file is written by
consultants. Each complaint names the key as the file has it, and says what may stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError

from crmreport.errors import did_you_mean

_MOST = 5
_LONGEST = 60
_SCALARS = {"constrained-str", "str", "int", "float", "bool"}
_KINDS = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date such as 2017-12-31",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping of keys",
    "model": "a mapping of keys",
    "path": "a path",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_PATTERNS = {
    "[a-z0-9]": "lower-case letters, digits and hyphens, such as hair-care",
    "[a-z]": "lower-case letters, digits and underscores, such as sold_on",
}
# The only root model is a text that may be given in each language.
_TEXT_OR_EACH = "a text, or a mapping with a text for each language"

Location = tuple[int | str, ...]


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Every complaint as a sentence, at most five; ``model`` is what the file was read into."""
    complaints = list(dict.fromkeys(_complaints(error, model)))
    more = len(complaints) - _MOST
    shown = [*complaints[:_MOST], *([f"And {more} more."] if more > 0 else [])]
    return " ".join(shown)


def _complaints(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    items = error.errors(include_url=False)
    places = [item["loc"] for item in items]
    for item in items:
        loc = item["loc"]
        # A list whose only entry is wrong is also called too short; the entry's own complaint is enough.
        if item["type"] == "too_short" and any(
            len(place) > len(loc) and place[: len(loc)] == loc for place in places
        ):
            continue
        yield _complaint(item["type"], loc, item["input"], item.get("ctx", {}), item["msg"], model)


def _complaint(
    kind: str, loc: Location, given: Any, context: dict[str, Any], message: str, model: type[BaseModel]
) -> str:
    if loc and loc[-1] == "[key]":
        return _wrong_key(kind, loc[:-1], context, model)
    key = _dotted(loc)
    if kind == "invalid_key":
        return f"The key “{key}” must be a text; put it in quotes."
    if kind == "extra_forbidden":
        return _unknown_key(loc, _keys(_inside_all(model, loc[:-1])))
    if kind == "missing":
        return f"“{key}” is missing."
    if kind == "value_error":
        problem = message.removeprefix("Value error, ").removesuffix(".")
        return f"{_capital(problem)}." if not key else f"“{key}”: {problem}."
    if loc and loc[-1] in _SCALARS:
        return f"“{_dotted(loc[:-1])}” must be a text, a number, or true or false, not {_shown(given)}."
    one_or_each = _is_root(_inside(_inside_all(model, loc[:-1]), loc[-1])) if loc else False
    expected = _TEXT_OR_EACH if one_or_each else _expected(kind, context, message)
    return f"“{key}” must be {expected}, not {_shown(given)}."


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    """What may stand there, to follow “must be”."""
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{words} {context[name]}"
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "")
    if kind == "too_short":
        return f"a list of at least {context['min_length']}"
    if kind == "too_long":
        return f"a list of at most {context['max_length']}"
    if kind == "string_too_short":
        return "a text that is not empty"
    if kind == "string_pattern_mismatch":
        return _letters(context)
    family = kind.partition("_")[0]
    return _KINDS.get(family) or message[0].lower() + message[1:]


def _letters(context: dict[str, Any]) -> str:
    pattern = str(context["pattern"]).removeprefix("^")
    return next((words for start, words in _PATTERNS.items() if pattern.startswith(start)), pattern)


def _wrong_key(kind: str, loc: Location, context: dict[str, Any], model: type[BaseModel]) -> str:
    if kind == "literal_error":
        return _unknown_key(loc, _keys(_inside_all(model, loc[:-1])))
    must = (
        f"be of {_letters(context)}" if kind == "string_pattern_mismatch" else "be a text; put it in quotes"
    )
    return f"The key “{_dotted(loc)}” must {must}."


def _unknown_key(loc: Location, known: list[str]) -> str:
    near = did_you_mean(str(loc[-1]), known)
    allowed = "" if "?" in near or not known else f" Keys there are: {', '.join(known)}."
    return f"“{_dotted(loc)}” is not a key{near}{allowed}"


def _keys(kind: Any) -> list[str]:
    """The keys that a mapping of that type may have, where they are few and fixed."""
    if _is_model(kind):
        return list(kind.model_fields)
    args = get_args(kind)
    if get_origin(kind) is dict and get_origin(args[0]) is Literal:
        return [str(key) for key in get_args(args[0])]
    return []


def _inside_all(kind: Any, loc: Location) -> Any:
    for part in loc:
        kind = _inside(kind, part)
    return _bare(kind)


def _inside(kind: Any, part: int | str) -> Any:
    """The type of what stands under one key, or at one place, of a value of type ``kind``."""
    kind = _bare(kind)
    if _is_model(kind):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    origin, args = get_origin(kind), get_args(kind)
    return args[-1] if origin is dict else args[0] if origin is tuple else None


def _bare(kind: Any) -> Any:
    """``kind`` without Annotated, None and a root model around it."""
    if _is_root(kind):
        return _bare(kind.model_fields["root"].annotation)
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(arg for arg in get_args(kind) if arg is not type(None)))
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_root(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, RootModel)


def _dotted(loc: Location) -> str:
    return ".".join(str(part) for part in loc if part != "root")


def _shown(given: Any) -> str:
    match given:
        case None:
            return "nothing"
        case bool():
            return str(given).lower()
        case list() | tuple():
            return f"a list of {len(given)}"
        case dict():
            return "a mapping of keys"
        case str():
            return f"“{given[:_LONGEST]}{'…' if len(given) > _LONGEST else ''}”"
        case _:
            return str(given)[:_LONGEST]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
