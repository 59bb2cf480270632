"""What a run is asked for, checked before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from crmreport.brandfile import Look, load_look
from crmreport.data.pseudonyms import protection
from crmreport.errors import UsageError
from crmreport.params import GROUP, Engagement, Language, did_you_mean
from crmreport.period import Period, parse_period
from crmreport.report.files import EDITIONS, Edition
from crmreport.runs.plan import ChapterFile, find_chapters
from crmreport.runs.publish import EngagementFolder

Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "pdf")
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Order:
    """What is asked for, checked: nothing in it can be misspelt any more."""

    engagement: Engagement
    period: Period
    scopes: tuple[str, ...]
    languages: tuple[Language, ...]
    formats: tuple[Format, ...]
    editions: tuple[Edition, ...]
    chapters: tuple[ChapterFile, ...]
    look: Look
    folder: EngagementFolder


def make_order(
    engagement: Engagement,
    period: str,
    *,
    out: Path,
    scopes: Sequence[str] = (),
    languages: Sequence[str] = (),
    formats: Sequence[str] = FORMATS,
    editions: Sequence[str] = ("client",),
) -> Order:
    """Check what is asked for; without scopes, the group and every brand with a report of its own.

    Raises UsageError, or OutputError for the output folder, before any work is done.
    """
    params = engagement.params
    asked = scopes or [GROUP, *(brand.id for brand in params.brands if brand.report)]
    for scope in asked:
        engagement.scope_name(scope)
    where = str(engagement.path)
    protection(engagement)  # a bad key is an error before any work
    folder = EngagementFolder(out, params.client.id)
    order = Order(
        engagement,
        parse_period(period, fiscal_year_start=params.fiscal_year_start),
        tuple(dict.fromkeys(asked)),
        _chosen(languages or params.languages, params.languages, "language", where),
        _chosen(formats, FORMATS, "format", ""),
        _chosen(editions, EDITIONS, "edition", ""),
        find_chapters(engagement),
        load_look(engagement),
        folder,
    )
    folder.prepare()
    return order


def _chosen(asked: Sequence[str], known: Sequence[Name], what: str, where: str) -> tuple[Name, ...]:
    for one in asked:
        if one not in known:
            raise UsageError(
                f"There is no {what} “{one}” here{did_you_mean(one, known)}",
                where=where,
                remedy=f"There is: {', '.join(known)}.",
            )
    return tuple(one for one in known if one in asked)
