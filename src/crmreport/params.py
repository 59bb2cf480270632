"""The engagement's parameters: one YAML file a client, read into frozen, strict models.

``Params`` is the file's content; ``Engagement`` is the file: its place on disk and its content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from babel.numbers import list_currencies
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from crmreport.errors import ParamsError, UsageError
from crmreport.errors import did_you_mean as did_you_mean
from crmreport.params_base import LANGUAGES as LANGUAGES
from crmreport.params_base import Identifier as Identifier
from crmreport.params_base import Language as Language
from crmreport.params_base import LocalText as LocalText
from crmreport.params_base import Strict as Strict
from crmreport.params_calendar import Calendar
from crmreport.params_data import Cleaning, Commerce, Formats, undeclared
from crmreport.params_environment import Environment
from crmreport.params_loyalty import Loyalty
from crmreport.params_privacy import Matching, Privacy
from crmreport.params_reading import Reading
from crmreport.params_segmentation import Segmentation
from crmreport.params_survey import Questionnaire as Questionnaire
from crmreport.params_warning import EarlyWarning, Types
from crmreport.validation import explain

GROUP = "_group"

_LARGEST = 1_000_000
_SEE_README = "The README's “Your own data” section shows a params file."

Scalar = str | int | float | bool
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


def _as_alternatives(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


def _as_values(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Values = Annotated[tuple[Scalar, ...], BeforeValidator(_as_values), Field(min_length=1)]
Filter = Annotated[tuple[dict[ColumnName, Values], ...], BeforeValidator(_as_alternatives)]
"""Alternatives, each a mapping of column to allowed value(s): a row passes when, in any one of the
alternatives, every named column holds one of its values."""


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        near = did_you_mean(name, available_timezones()).removesuffix(".") or ", such as Asia/Shanghai"
        raise ValueError(f"“{name}” is not a time zone{near}")
    return name


def _known_currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError(f"“{code}” is not an ISO 4217 currency code such as USD or CNY")
    return code


Timezone = Annotated[str, AfterValidator(_known_timezone)]
Currency = Annotated[str, AfterValidator(_known_currency)]


TableName = Literal[
    "sale_lines",
    "customers",
    "products",
    "stores",
    "staff",
    "campaigns",
    "campaign_arms",
    "contacts",
    "coupons",
    "redemptions",
    "points_ledger",
    "member_tiers",
    "channel_costs",
    "leads",
    "opportunities",
    "survey_answers",
    "cases",
    "interactions",
    "reviews",
    "referrals",
    "market",
    "benchmarks",
    "targets",
    "staff_survey",
    "crm_usage",
]
"""The canonical tables, which the floor of the data declares column by column."""


class Source(Reading, Formats):
    """Where one canonical table comes from, and which of its columns is which."""

    columns: dict[ColumnName, str] = Field({}, description="canonical column: column in the file")
    timezone: Timezone | None = Field(None, description="zone of the file's time stamps; none: local")
    missing: tuple[str, ...] = Field((), description="texts that mean blank, such as NaN")
    attributes: tuple[ColumnName, ...] = Field(
        (), description="further columns to keep, declared fit for publication"
    )
    constants: dict[ColumnName, date | Scalar] = Field(
        {}, description="canonical column: the one value that all rows have, where no column holds it"
    )
    wide: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(
        (), description="columns of the file that each hold one item, such as Q7*: turned into rows"
    )


class Brand(Strict):
    """One brand of the client: its lines are those whose product or sale columns pass ``where``."""

    id: Identifier
    name: LocalText
    where: Filter
    report: bool = Field(True, description="false: compared with, but gets no report of its own")


class Client(Strict):
    id: Identifier
    name: LocalText


class EnvironmentChapter(Strict):
    """Parameters of the environment chapter."""

    category_share: float = Field(
        0.05, gt=0, lt=1, description="a brand's categories bring at least this share of its revenue"
    )


class Marketing(Strict):
    """Parameters of the marketing chapter."""

    lift: float = Field(0.1, gt=0, le=1, description="rise in spending that a test should be able to see")


COMPLAINT_WORDS = (
    *("complaint", "complaints", "grievance", "dissatisfaction", "claim"),
    *("投诉", "投訴", "客诉", "客訴", "抱怨", "申诉", "申訴", "售后投诉", "售後投訴"),
)
ENQUIRY_WORDS = (
    *("enquiry", "enquiries", "inquiry", "inquiries", "question", "consultation", "advice"),
    *("咨询", "諮詢", "查询", "查詢", "询问", "詢問", "售前咨询", "售前諮詢", "售后咨询", "售後諮詢"),
)
UNSOLVABLE_WORDS = (
    *("unsolvable", "unsolved", "not solved", "not resolved", "cannot be solved", "could not be solved"),
    *("无法解决", "無法解決", "未能解决", "未能解決", "解决不了", "解決不了"),
)


LAPSED_WORDS = (
    *("expired", "expire", "expiry", "lapsed", "lapse", "cancelled"),
    *("过期", "過期", "失效", "到期", "清零", "作废", "作廢"),
)


class Complaints(Strict):
    """Parameters of the complaints chapter: what the client promises; none, where nothing is promised."""

    respond_within_hours: int | None = Field(None, ge=1, description="service target of the first response")
    resolve_within_days: int | None = Field(None, ge=1, description="service target of the resolution")
    complaint: tuple[str, ...] = Field(COMPLAINT_WORDS, description="kinds of cases that are complaints")
    enquiry: tuple[str, ...] = Field(ENQUIRY_WORDS, description="kinds of cases that are enquiries")
    unsolvable: tuple[str, ...] = Field(
        UNSOLVABLE_WORDS, description="outcomes, or states, of a case that could not be solved"
    )
    stop_words: tuple[str, ...] = Field((), description="further words not counted in what customers wrote")


class Attention(Strict):
    """Parameters of the engagement chapter."""

    weekly_limit: int = Field(2, ge=1, description="contacts in one week above which a customer tires")
    lapsed: tuple[str, ...] = Field(
        LAPSED_WORDS, description="kinds of points entries that are lapsed points"
    )
    point_value: float | None = Field(None, gt=0, description="money that one point is worth when used")


class Lifecycle(Strict):
    """Parameters of the life cycle chapter."""

    dormant_share: float = Field(
        0.75, gt=0, lt=1, description="dormant: away for longer than this share of those who return"
    )
    lost_share: float = Field(
        0.9, gt=0, lt=1, description="lost: away for longer than this share of those who return"
    )
    days: tuple[int, int] | None = Field(
        None, description="dormant and lost after these days, in place of what the purchases say"
    )
    silent_days: int = Field(365, ge=1, description="a sales team's customer is silent after these days")
    weekly_ration: int = Field(10, ge=1, description="silent customers handed to a salesperson each week")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.dormant_share >= self.lost_share:
            raise ValueError("“dormant_share” must be smaller than “lost_share”, such as 0.75 and 0.9")
        if self.days and not 0 < self.days[0] < self.days[1]:
            raise ValueError("the two limits of “days” must rise from 1 on, such as [60, 180]")
        return self


class Value(Strict):
    """Parameters of the value chapter."""

    holdout_weeks: int | None = Field(
        None, ge=4, le=520, description="weeks that forecasts are checked on; none: a third of the data"
    )
    first_purchases: Literal["observed", "complete"] = Field(
        "observed", description="complete: nobody bought before the data begins, so no run-in is needed"
    )
    discount_rate: float = Field(0.1, ge=0, lt=1, description="by which a year's money counts for less")


class Chapters(Strict):
    """Parameters by chapter; ``own`` holds those of chapters that the consultant added."""

    environment: EnvironmentChapter = EnvironmentChapter()
    segmentation: Segmentation = Segmentation()
    warning: EarlyWarning = EarlyWarning()
    lifecycle: Lifecycle = Lifecycle()
    value: Value = Value()
    marketing: Marketing = Marketing()
    loyalty: Loyalty = Loyalty()
    complaints: Complaints = Complaints()
    engagement: Attention = Attention()
    types: Types = Types()
    own: dict[Identifier, dict[ColumnName, Scalar]] = Field({}, description="by chapter added")


class Advice(Strict):
    """What recommendations are reckoned with; without cost and margin no break-even is stated."""

    contact_cost: float | None = Field(None, gt=0, description="money to reach one customer once")
    margin_rate: float | None = Field(None, gt=0, le=1, description="share of revenue left after cost")
    assumed: bool = Field(False, description="the two are assumptions, and the report says so")
    holdout: float = Field(0.1, gt=0, le=0.5, description="share of a list left uncontacted, by lot")
    owners: dict[ColumnName, LocalText] = Field({}, description="name of the person by role, such as crm")


class Params(Strict):
    """The content of a params file."""

    client: Client
    timezone: Timezone = Field(description="zone in which the client's days begin and end")
    currency: Currency
    tax: Literal["included", "excluded", "unknown"] = Field(description="tax basis of the amounts")
    fiscal_year_start: int = Field(1, ge=1, le=12, description="month in which the fiscal year begins")
    languages: tuple[Language, ...] = Field(LANGUAGES, min_length=1)
    traditional: Literal["tw", "hk"] = "tw"
    mark: tuple[Literal["draft", "confidential"], ...] = ()
    brand_file: str | None = Field(None, description="colours and logo; by default _brand.yml beside this")
    simulated: bool = False
    window_months: int = Field(12, ge=1, le=120, description="trailing window of the customer table")
    minimum_group: int = Field(30, ge=1, description="smaller groups are withheld")
    sources: dict[TableName, Source] = Field(min_length=1)
    include: Filter = Field((), description="which sale lines are the client's business; none: all")
    brands: tuple[Brand, ...] = Field(min_length=1)
    cleaning: Cleaning = Field(Cleaning(), description="which rows are no sales, and what becomes of them")
    commerce: Commerce = Field(Commerce(), description="what a sale, its date and its revenue are")
    chapters: Chapters = Chapters()
    advice: Advice = Advice()
    environment: Environment = Field(Environment(), description="the analyst's view of the market")
    calendar: Calendar = Field(Calendar(), description="dated events that move this client's sales")
    privacy: Privacy = Field(Privacy(), description="where the key of the pseudonyms comes from")
    matching: Matching = Field(Matching(), description="which keys link the ids of one person")
    questionnaire: Questionnaire = Field(Questionnaire(), description="what the survey's items ask")
    comments: dict[Identifier, LocalText] = Field({}, description="an analyst's comment by chapter")
    names: dict[str, LocalText] = Field({}, description="what a text of the data is called in reports")
    caveats: tuple[LocalText, ...] = Field((), description="what a reader must know of the data")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        ids = [brand.id for brand in self.brands]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"two entries of “brands” have the id “{twice[0]}”")
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("“languages” names one language twice")
        if unknown := sorted(self.environment.brands() - set(ids)):
            raise ValueError(f"“environment” speaks of a brand “{unknown[0]}” that “brands” does not name")
        if lines := self.sources.get("sale_lines"):
            mapped = [*lines.columns, *getattr(lines, "constants", ())]
            if problem := undeclared(mapped, self.cleaning, self.commerce):
                raise ValueError(problem)
        for place, text in self._texts():
            if lacking := text.missing(self.languages):
                named = ", ".join(lacking)
                raise ValueError(f"“{place}” has no text in {named}; add it, or drop it from “languages”")
        return self

    def _texts(self) -> list[tuple[str, LocalText]]:
        return [
            ("client.name", self.client.name),
            *((f"brands.{brand.id}.name", brand.name) for brand in self.brands),
            *((f"comments.{chapter}", text) for chapter, text in self.comments.items()),
            *((f"names.{name}", text) for name, text in self.names.items()),
            *((f"caveats.{number}", text) for number, text in enumerate(self.caveats)),
            *((f"advice.owners.{role}", text) for role, text in self.advice.owners.items()),
            *(
                (f"chapters.segmentation.names.{name}", text)
                for name, text in self.chapters.segmentation.names.items()
            ),
            *self.environment.texts(),
            *self.questionnaire.texts(),
            *self.calendar.texts(),
        ]


@dataclass(frozen=True)
class Engagement:
    """A params file: where it lies and what it says."""

    path: Path
    params: Params

    def brand(self, brand_id: str) -> Brand:
        """The brand of that id. Raises UsageError that lists the brands there are."""
        for brand in self.params.brands:
            if brand.id == brand_id:
                return brand
        ids = [brand.id for brand in self.params.brands]
        raise UsageError(
            f"There is no brand “{brand_id}”{did_you_mean(brand_id, ids)}",
            where=str(self.path),
            remedy=f"Brands are: {', '.join([GROUP, *ids])}.",
        )

    @property
    def catalogues(self) -> tuple[Path, ...]:
        """The consultant's own catalogues: ``catalogues/<language>/*.po`` beside the params file."""
        folder = self.path.parent / "catalogues"
        return (folder,) if folder.is_dir() else ()

    def scope_name(self, scope: str) -> LocalText:
        return self.params.client.name if scope == GROUP else self.brand(scope).name


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML lets a key stand twice and keeps the last; a params file must not lose one so."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _yaml_error("a key must be a plain text", key_node)
            if key_node.tag == "tag:yaml.org,2002:merge":
                # A few nested merges make a small file fill the memory.
                raise _yaml_error("merged mappings (<<) are not read; write the keys out", key_node)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _yaml_error(f"the key “{key}” stands twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _yaml_error(problem: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def load_params(path: str | Path) -> Engagement:
    """Read and check a params file.

    Raises ParamsError that names the file, the key, the problem and the remedy.
    """
    file = Path(path).expanduser()
    try:
        size = file.stat().st_size
        if size > _LARGEST and file.is_file():
            raise ParamsError(
                f"This is too large for a params file ({size / 1e6:.0f} MB).",
                where=str(file),
                remedy="Name the YAML file that describes the data, not the data.",
            )
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise ParamsError("There is no such file.", where=str(file), remedy="Check the path.") from None
    except IsADirectoryError:
        raise ParamsError("This is a folder.", where=str(file), remedy="Name the YAML file in it.") from None
    except UnicodeDecodeError:
        raise ParamsError(
            "This is not a text file in UTF-8.", where=str(file), remedy="Save the params as UTF-8 YAML."
        ) from None
    except OSError as error:
        raise ParamsError(
            f"The file cannot be read ({error.strerror}).",
            where=str(file),
            remedy="Check that it may be read.",
        ) from None
    return Engagement(file.resolve(), parse_params(text, where=str(file)))


def parse_params(text: str, *, where: str) -> Params:
    """Read params from YAML text; ``where`` names its origin in errors. Raises ParamsError."""
    content = parse_yaml(text, where=where)
    if not isinstance(content, dict):
        raise ParamsError(
            "A params file is a mapping of keys such as client and sources.",
            where=where,
            remedy=_SEE_README,
        )
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        raise ParamsError(explain(error, Params), where=where, remedy=_SEE_README) from None


def parse_yaml(text: str, *, where: str) -> Any:
    """Plain values from YAML text, no key of which stands twice. Raises ParamsError."""
    try:
        return yaml.load(text, _UniqueKeyLoader)  # noqa: S506  # a SafeLoader: plain values only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ParamsError(
            f"This is not valid YAML: {_yaml_problem(error)}.",
            where=f"{where}{line}",
            remedy="Correct that line." if line else "Correct the file.",
        ) from None


def _yaml_problem(error: Exception) -> str:
    match error:
        case yaml.constructor.ConstructorError(problem=str(problem)) if "for the tag" in problem:
            return "a tag (!) is not read; write plain values"
        case yaml.composer.ComposerError(context="expected a single document in the stream"):
            return "a second document begins here (---)"
        case yaml.MarkedYAMLError():
            return error.problem or "it cannot be parsed"
        case yaml.reader.ReaderError():
            return f"the character number {error.position + 1} is not allowed in a text"
        case RecursionError():
            return "its brackets are nested too deeply"
        case _:
            # An impossible date, or a number of thousands of digits.
            return str(error).partition(";")[0]


def params_schema() -> str:
    """The JSON Schema of a params file, for editors; ends with a line feed."""
    return json.dumps(Params.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
