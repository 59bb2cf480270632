"""The questionnaire of a params file, with a comment where a reader should look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crmreport.data.inspection.answer_scales import Codes
from crmreport.data.inspection.survey_items import Item, Proposal, shortened

_NO_SUCH = {
    "overall": "overall satisfaction (drivers of it and the two fifths need one)",
    "recommend": "whether people would recommend (the NPS needs it)",
}


def questionnaire_lines(found: Proposal | None, flow: Callable[[str], str]) -> Iterator[str]:
    """The lines of the questionnaire; ``flow`` writes a text inside braces."""
    if found is None:
        return
    yield "# A guess, from the names and the values of the items: compare it with what was asked."
    yield "questionnaire:"
    yield f"  scale: [{found.scale.low}, {found.scale.high}] # a guess: lowest and highest answer"
    if found.codes:
        yield f"  no_answer: {_codes(found.codes, flow)} # a guess: values off the scale"
    yield "  items:"
    for item in found.items:
        yield f"    {flow(item.name)}: {_item(item, found, flow)} # {_why(item)}"
    for item in found.others:
        yield f"    # {flow(item.name)}: {_item(item, found, flow)} # or this one: only one item may be it"
    for role in found.lacking():
        yield f"    # No item's name says that it asks {_NO_SUCH[role]}: if one does, give it role: {role}."
    first, more = shortened(found.unsaid)
    if first:
        names = ", ".join(flow(name) for name in first) + (f" and {more} more" if more else "")
        yield f"    # Left out, since their names do not say what they ask: {names}"
    if found.subjects:
        yield "  attributes: # a guess: what is asked about"
        for attribute, subject in found.subjects.items():
            yield f"    {attribute}: {flow(subject)}"


def _why(item: Item) -> str:
    if item.role == "profile":
        return 'a guess; this declares its values fit to be shown. What numbers mean: choices: {"1": …}'
    return "by its name" if item.sure else "a guess"


def _item(item: Item, found: Proposal, flow: Callable[[str], str]) -> str:
    parts = [f"role: {item.role}"]
    if item.attribute:
        parts.append(f"attribute: {flow(item.attribute)}")
    other = item.scale is not None and item.scale.ends != found.scale.ends
    if other and item.scale is not None:
        parts.append(f"scale: [{item.scale.low}, {item.scale.high}]")
    if (item.scale is None or other) and (found.codes or item.codes):
        parts.append(f"no_answer: {_codes(item.codes or {}, flow)}")
    if item.labels:
        points = sorted(item.labels.items(), key=lambda one: (one[1], one[0]))
        parts.append(f"labels: {{{', '.join(f'{_key(text, flow)}: {point}' for text, point in points)}}}")
    return f"{{{', '.join(parts)}}}"


def _codes(codes: Codes, flow: Callable[[str], str]) -> str:
    kinds = [
        f"{kind}: [{', '.join(flow(one) if isinstance(one, str) else str(one) for one in values)}]"
        for kind, values in codes.items()
    ]
    return f"{{{', '.join(kinds)}}}"


def _key(text: str, flow: Callable[[str], str]) -> str:
    """A key inside braces; one that YAML would read as something else than a text in quotes."""
    return f'"{text}"' if text[:1].isdigit() and '"' not in text else flow(text)
