"""A chapter at work: everything a notebook reads and shows.

A run hands each chapter one parameter, the path of its run file; ``open_run`` reads it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from crmreport.advice.playbook import Playbook, load_playbook
from crmreport.advice.recommend import Recommendation
from crmreport.analysis.baseline import basis
from crmreport.analysis.rfm import segments_of
from crmreport.brandfile import Look, load_look
from crmreport.data.ledger import Ledger
from crmreport.data.pseudonyms import Protection, protection
from crmreport.data.store import Store
from crmreport.display.blocks import (
    BLOCK_MIME,
    Block,
    Bundle,
    Comment,
    Context,
    Figure,
    Missing,
    Table,
    findings_of,
    sentence,
    setting,
    shortened,
)
from crmreport.display.html import bundle_html
from crmreport.features.reading import Features
from crmreport.findings import Better, Counted, Finding, Findings, Provenance, Scope, Unit
from crmreport.params import GROUP, Engagement, Language, LocalText, load_params
from crmreport.period import Period, parse_period
from crmreport.stats.estimate import Estimate
from crmreport.text import Words

SEED = 20170101
_CUT = re.compile(r"^(.*…) [0-9a-f]{8}$", re.DOTALL)
"""A dimension's value that was too long; see ``_told_apart``."""


class RunFile(BaseModel):
    """A chapter's one parameter, as a file: what a run decided for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    params: Path
    period: str
    scope: str
    language: Language
    store: Path
    features: Path
    findings: Path | None = None


def scope_of(scope_id: str) -> Scope:
    return Scope(kind="group" if scope_id == GROUP else "brand", id=scope_id)


def chapter_context(name: str, engagement: Engagement, period: Period, scope_id: str, look: Look) -> Context:
    """Whose report a chapter's blocks belong to; also for a chapter that could not be run."""
    params = engagement.params
    return Context(
        engagement=params.client.id,
        client=params.client.name,
        scope=scope_of(scope_id),
        scope_name=engagement.scope_name(scope_id),
        period=period,
        currency=params.currency,
        languages=params.languages,
        traditional=params.traditional,
        mark=params.mark,
        simulated=params.simulated,
        chapter=name,
        chapter_title=f"{name}.title",
        accent=look.accent,
        contrast=look.contrast,
    )


class Shown:
    """Blocks on their way to the page: our own MIME type, and HTML for whoever opened the notebook.

    Both are made at once: IPython swallows what goes wrong in a display, and a report would lack the blocks.
    """

    def __init__(self, bundle: Bundle, words: Words) -> None:
        self.bundle = bundle
        self._content = {
            BLOCK_MIME: bundle.model_dump(mode="json"),
            "text/html": bundle_html(bundle, words),
            "text/plain": f"<{len(bundle.blocks)} blocks>",
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._content


class Chapter:
    """What a notebook works with: its scope's data, its parameters, and ``show``."""

    def __init__(
        self,
        name: str,
        engagement: Engagement,
        period: Period,
        scope: str,
        *,
        language: Language,
        store: Store,
        features: Features,
        findings: Findings,
        about_customers: bool = True,
    ) -> None:
        self.name = name
        self._about_customers = about_customers
        self._said_too_few = False
        self.engagement = engagement
        self.params = engagement.params
        self.period = period
        self.scope = scope_of(scope)
        self.findings = findings
        self._store = store
        self._features = features
        self._words = Words.of(
            language,
            currency=self.params.currency,
            traditional=self.params.traditional,
            more=engagement.catalogues,
        )

    # ------------------------------------------------------------ what it reads

    @cached_property
    def customers(self) -> pd.DataFrame:
        """The customer table of this scope: one row per customer who bought in the window."""
        return self._features.customers(self.scope.id)

    @cached_property
    def customer_categories(self) -> pd.DataFrame:
        """What each customer of this scope spent by category in the window; empty where none is known."""
        return self._features.customer_categories(self.scope.id)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Totals of this scope by span: ``period``, ``previous``, ``last_year`` and ``window``."""
        return self._features.totals(self.scope.id)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Monthly series of this scope up to the period's end."""
        return self._features.months(self.scope.id)

    @cached_property
    def playbook(self) -> Playbook:
        """The rules of advice: ours, and the consultant's own beside the params file."""
        known = {message.removeprefix("finding.") for message in self._words.catalogue}
        return load_playbook(self.engagement.path.parent, known=known)

    @cached_property
    def touches(self) -> pd.DataFrame:
        """``contacts`` and ``redemptions`` in the window of this scope's customers who had either, by
        ``customer_id``; empty where no campaigns were supplied."""
        found = self._features.touches(self.scope.id)
        if found.empty:
            return pd.DataFrame(columns=["customer_id", "contacts", "redemptions"])
        counts = found.groupby("customer_id", sort=True)[["contacts", "redemptions"]].sum(min_count=1)
        return counts.reset_index()

    @property
    def ledger(self) -> Ledger:
        """What was supplied, used and set aside."""
        return self._store.ledger

    @property
    def features(self) -> Features:
        """All features of the period, for what a chapter reads of them beside its own scope's."""
        return self._features

    @cached_property
    def contactable(self) -> pd.Series:
        """Whether a list may hold each customer of this scope, in the order of ``customers``: of age, not
        refused, and with consent where the client asks for it."""
        states = self._features.contact_states().reindex(self.customers["customer_id"])
        asked = self.ledger.supplied("customers", "consent_marketing")
        return states.fillna("no_consent" if asked else "yes") == "yes"

    @property
    def contactable_share(self) -> float:
        """The share of this scope's customers whom a list may hold; 1 where there are no customers."""
        return float(self.contactable.mean()) if len(self.contactable) else 1.0

    @property
    def protection(self) -> Protection:
        """Whose key the pseudonyms of lists are made with; without any, no list can be written."""
        return protection(self.engagement)

    def name_of(self, text: str) -> LocalText:
        """What a text of the data, such as a category, is called: as the params say, else as it stands."""
        return self.params.names.get(text, LocalText(shortened(text)))

    def attribute_name(self, attribute: str) -> LocalText:
        """What an attribute of customers is called: as the params say, else as the contract's column is."""
        told = attribute in self.params.names or not self.has_message(f"data.column.{attribute}")
        return self.name_of(attribute) if told else self.term(f"data.column.{attribute}")

    @cached_property
    def segments(self) -> pd.Series:
        """The segment of each customer of this scope, in the order of ``customers``, as the chapter on
        segmentation cuts them; small ones are merged into ``others``."""
        settings, sold = self.params.chapters.segmentation, self.ledger.sale_lines
        assert sold.first_day is not None
        assert sold.last_day is not None
        ground = basis(
            self.customers,
            self._features.segment_customers(self.scope.id, "baseline"),
            as_of=self.period.as_of,
            baseline=settings.baseline,
            window_months=self.params.window_months,
            data=(sold.first_day, sold.last_day),
            minimum=self.params.minimum_group,
        )
        return segments_of(self.customers, ground.customers, settings, minimum=self.params.minimum_group)

    def segment_name(self, segment: str) -> LocalText:
        """What a segment of the params' preset, or the merged ``others``, is called."""
        named = self.params.chapters.segmentation.names
        return named.get(segment) or self.term(f"segmentation.segment.{segment}")

    def term(self, message: str, **slots: str) -> LocalText:
        """A message in each language of the report, for a cell whose column else holds names."""
        words = self._every_words()
        return LocalText({language: each.label(message, **slots) for language, each in words.items()})

    def listed(self, messages: Sequence[str]) -> LocalText:
        """Several messages as one list, for the slot of a sentence, in each language of the report."""
        every = self._every_words().items()
        return LocalText(
            {lang: words.listed([words.label(one) for one in messages]) for lang, words in every}
        )

    def called(self, finding: Finding) -> LocalText:
        """The name of what a finding with one dimension is of: an attribute, a cause, a product."""
        ((dimension, value),) = finding.dimensions.items()
        if dimension == "attribute":
            return self.params.questionnaire.name_of(value)
        shown = _CUT.sub(r"\1", value)
        products = self._features.case_products() if "cases" in self.ledger else {}
        given = {shortened(name): text for name, text in self.params.names.items()}
        return given.get(shown) or self.name_of(products.get(shown, shown))

    def month_name(self, month: str) -> LocalText:
        """A month (``2017-03``) as each language of the report writes it, for a cell that holds a name."""
        named = parse_period(month)
        return LocalText({language: words.period(named) for language, words in self._every_words().items()})

    def has_message(self, message: str) -> bool:
        """Whether the catalogues, ours or the consultant's own, hold a message."""
        return message in self._words.catalogue

    def _every_words(self) -> dict[Language, Words]:
        return {
            language: Words.of(
                language,
                currency=self.params.currency,
                traditional=self.params.traditional,
                more=self.engagement.catalogues,
            )
            for language in self.params.languages
        }

    @property
    def rng(self) -> np.random.Generator:
        """A new generator with the project's seed: the same inputs give the same draws."""
        return np.random.default_rng(SEED)

    # ------------------------------------------------------------ what it says

    @cached_property
    def context(self) -> Context:
        look = load_look(self.engagement)
        return chapter_context(self.name, self.engagement, self.period, self.scope.id, look)

    def finding(
        self,
        id: str,
        estimate: Estimate,
        unit: Unit,
        *,
        method: str,
        better: Better = "neutral",
        dimensions: Mapping[str, str] | None = None,
        compared_with: Period | None = None,
        n_of: Counted = "customers",
        supplied: bool = True,
    ) -> Finding:
        """A finding of this chapter, from an estimate.

        It is withheld where it rests on fewer than the engagement's minimum group, and where nothing
        could be computed; an n under the minimum is then not told either, but 0. It is not ``supplied``
        where the client's data lacks what it needs, such as days of the period compared with.
        """
        known = supplied and estimate.known and estimate.n >= self.params.minimum_group
        return Finding(
            **self._claim(id, unit, method, better, dimensions, compared_with),
            n=estimate.n if estimate.n >= self.params.minimum_group else 0,
            n_of=n_of,
            value=estimate.value if known else None,
            low=estimate.low if known else None,
            high=estimate.high if known else None,
            confidence=estimate.confidence if known else None,
            census=known and estimate.confidence is None,
            status="value" if known else "withheld" if supplied else "not_supplied",
        )

    def finding_of_each(
        self, id: str, estimates: Mapping[str, Estimate], unit: Unit, *, by: str, method: str, **more: Any
    ) -> dict[str, Finding]:
        """One finding for each estimate, told apart by the dimension ``by``; ``more`` as for ``finding``."""
        return {
            name: self.finding(id, estimate, unit, method=method, dimensions={by: name}, **more)
            for name, estimate in estimates.items()
        }

    def _claim(
        self,
        id: str,
        unit: Unit,
        method: str,
        better: Better,
        dimensions: Mapping[str, str] | None,
        compared_with: Period | None,
    ) -> dict[str, Any]:
        return {
            "id": f"{self.name}.{id}",
            "scope": self.scope,
            "dimensions": {key: _told_apart(name) for key, name in (dimensions or {}).items()},
            "unit": unit,
            "better": better,
            "method": f"method.{method}",
            "period": self.period.label,
            "compared_with": compared_with.label if compared_with else None,
            "simulated": self.params.simulated,
            "provenance": Provenance(notebook=self.name, cell="", inputs=self._store.fingerprint),
        }

    @property
    def enough(self) -> bool:
        """Whether there are as many customers as it takes to show anything about them; where no sales were
        supplied, there is nothing to show about them."""
        return not self._store.has("sale_lines") or len(self.customers) >= self.params.minimum_group

    def show(
        self,
        *blocks: Block,
        findings: Iterable[Finding] = (),
        recommendations: Iterable[Recommendation] = (),
    ) -> Shown:
        """Show blocks; ``findings`` are further ones that no block shows but the report keeps.

        ``recommendations`` are kept with the report, for the next period to score.

        A chapter about too few customers shows, once and in place of all of its blocks, a box that
        says so.
        """
        kept = (*findings, *(finding for block in blocks for finding in findings_of(block)))
        if self._about_customers and not self.enough:
            blocks = self._too_few()
        blocks = tuple(self._unless_blank(block) for block in blocks)
        bundle = Bundle(
            context=self.context, blocks=blocks, findings=kept, recommendations=tuple(recommendations)
        )
        return Shown(bundle, self._words)

    def _unless_blank(self, block: Block) -> Block:
        """The block, or where all numbers of its data are withheld, a box that says so."""
        if not isinstance(block, Figure | Table):
            return block
        numeric = [column.key for column in block.data.columns if column.numeric]
        shown = any(row[key] is not None for row in block.data.records() for key in numeric)
        if shown or (not numeric and block.data.rows):
            return block
        minimum = setting(self.params.minimum_group, "count")
        kind = "figure" if isinstance(block, Figure) else "table"
        return Missing(reason="withheld", body=(sentence(f"core.{kind}_withheld", minimum=minimum),))

    def _too_few(self) -> tuple[Block, ...]:
        if self._said_too_few:
            return ()
        self._said_too_few = True
        n, minimum = len(self.customers), self.params.minimum_group
        said = sentence("core.too_few", n=setting(n, "count"), minimum=setting(minimum, "count"))
        return (Missing(reason="withheld", body=(said,)),)

    def comment(self) -> Shown:
        """The analyst's comment on this chapter, where the params file holds one."""
        text = self.params.comments.get(self.name)
        return self.show(*([Comment(text=text)] if text else []))


def _told_apart(name: str) -> str:
    """A dimension's value; one too long to be a name is cut, and keeps what tells it from its like."""
    short = shortened(name)
    return short if short == name else f"{short} {hashlib.sha256(name.encode()).hexdigest()[:8]}"


def open_run(name: str, run_file: str | Path, *, about_customers: bool = True) -> Chapter:
    """Open a chapter for the run that ``run_file`` describes."""
    run = RunFile.model_validate_json(Path(run_file).read_text("utf-8"))
    engagement = load_params(run.params)
    return Chapter(
        name,
        engagement,
        parse_period(run.period, fiscal_year_start=engagement.params.fiscal_year_start),
        run.scope,
        language=run.language,
        store=Store(run.store),
        features=Features(run.features),
        findings=Findings.from_json(run.findings.read_text("utf-8")) if run.findings else Findings(),
        about_customers=about_customers,
    )
