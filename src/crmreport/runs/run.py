"""A run: from an engagement and a period to published reports, or to an exact account of what is not."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import nbformat

from crmreport.advice.recommend import to_json as advice_json
from crmreport.chapter import RunFile, chapter_context
from crmreport.data.store import Store, open_store
from crmreport.display.blocks import Context
from crmreport.display.palette import look_notes
from crmreport.errors import CrmreportError
from crmreport.features.build import build_features
from crmreport.features.reading import Features
from crmreport.findings import Findings
from crmreport.params import Engagement, Language
from crmreport.report.assemble import MANY, join_chapters, missing_chapter, missing_chapters
from crmreport.report.model import read_report
from crmreport.runs import kernels, processes
from crmreport.runs.execute import CELL_TIMEOUT, ChapterJob, ChapterResult, ScopePlan, execute
from crmreport.runs.index import read_failures, write_failures, write_index
from crmreport.runs.lock import locked
from crmreport.runs.manifest import make_manifest
from crmreport.runs.order import Order
from crmreport.runs.plan import ChapterFile, of_scope
from crmreport.runs.publish import STAGING, check_publication
from crmreport.runs.render import RenderJob, RenderResult, render
from crmreport.runs.runlog import log, logging_to
from crmreport.text import Words

Stage = Literal["data", "chapters", "pages", "publish"]


@dataclass(frozen=True)
class Progress:
    """How far a stage has come, and what was done last."""

    stage: Stage
    done: int
    total: int
    what: str = ""


@dataclass(frozen=True)
class Trouble:
    """Why a scope was not published: which chapter (or none), which kind, and what happened."""

    chapter: str
    failure: str
    reason: str


@dataclass
class Outcome:
    """What became of one scope's report; ``place`` is its folder where it was published."""

    scope: str
    name: str
    results: Sequence[ChapterResult] = ()
    troubles: list[Trouble] = field(default_factory=list)
    place: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RunResult:
    outcomes: Sequence[Outcome]
    index: Path
    log: Path
    seconds: Mapping[Stage, float]

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.place is None]

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def run(
    order: Order,
    *,
    cell_timeout: int = CELL_TIMEOUT,
    workers: int = 0,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> RunResult:
    """Build the reports of an order and publish each that is whole.

    ``executor`` runs the chapters; by default as many threads as there are processors (the work is in
    the kernels). A script that calls this needs ``if __name__ == "__main__":``, since the processes
    that render import it.

    Raises InputDataError for the client's data and OutputError for the output folder; a chapter or a
    report that fails is in the result, and its previous publication stays.
    """
    folder = order.folder
    log_file = folder.log_file(order.period.label)
    with locked(folder.path / ".lock", order.period.label), logging_to(log_file):
        log.info("run of %s for %s", ", ".join(order.scopes), order.period.label)
        folder.recover()
        with ExitStack() as stack:
            workers = workers or _processors()
            chosen = executor or stack.enter_context(_threads(workers))
            at_work = _Run(order, cell_timeout, workers, on_progress)
            try:
                outcomes = at_work.build(chosen)
            except CrmreportError as error:
                log.error("%s", error)
                raise
            except Exception as error:
                log.exception("unexpected error")
                raise CrmreportError(
                    f"Something unexpected went wrong ({type(error).__name__}: {error}).",
                    where=str(log_file),
                    remedy="The log holds the details: please report it.",
                ) from error
            finally:
                folder.recover()
        index = write_index(folder.out)
    return RunResult(outcomes, index, log_file, at_work.seconds)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _threads(count: int) -> Iterator[Executor]:
    executor = ThreadPoolExecutor(count, thread_name_prefix="chapter")
    try:
        yield executor
    finally:
        # After an interrupt the threads wait for kernels that nobody needs any more.
        kernels.stop_all()
        executor.shutdown(cancel_futures=True)


class _Run:
    """The state of one run: its stages, their order, and how far it has come."""

    def __init__(
        self,
        order: Order,
        cell_timeout: int,
        workers: int,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.order = order
        self.folder = order.folder
        self.seconds: dict[Stage, float] = {}
        self._cell_timeout = cell_timeout
        self._workers = workers
        self._on_progress = on_progress
        self._started = datetime.now(UTC)
        for note in look_notes(order.look):
            log.warning("brand file: %s", note)

    def build(self, executor: Executor) -> Sequence[Outcome]:
        processes.start_warming()
        with self._stage("data"):
            store, features = self._data()
        with self._stage("chapters"):
            outcomes = self._chapters(executor, store, features)
        with self._stage("pages"):
            self._pages(outcomes, store)
        with self._stage("publish"):
            self._publish(outcomes)
        return outcomes

    @contextmanager
    def _stage(self, stage: Stage) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - started
        log.info("%s: %.1f s", stage, self.seconds[stage])

    # ------------------------------------------------------------ data

    def _data(self) -> tuple[Store, Features]:
        self._on_progress(Progress("data", 0, 1))
        engagement = self.order.engagement
        store = open_store(engagement)
        features = build_features(engagement, store, self.order.period)
        self._on_progress(Progress("data", 1, 1))
        return store, features

    # ------------------------------------------------------------ chapters

    def _chapters(self, executor: Executor, store: Store, features: Features) -> list[Outcome]:
        jobs = self.folder.path / STAGING / "jobs"
        plans = [self._plan(scope, jobs / scope, store, features) for scope in self.order.scopes]
        total = sum(len(plan.chapters) for plan in plans)
        done = 0
        self._on_progress(Progress("chapters", done, total))

        def tell(result: ChapterResult) -> None:
            nonlocal done
            done += 1
            _log_chapter(result)
            self._on_progress(Progress("chapters", done, total, f"{result.scope}: {result.chapter.name}"))

        results = execute(plans, executor, on_result=tell)
        return [self._outcome(scope, results[scope]) for scope in self.order.scopes]

    def _plan(self, scope: str, folder: Path, store: Store, features: Features) -> ScopePlan:
        engagement = self.order.engagement
        run_file = RunFile(
            params=engagement.path.absolute(),
            period=self.order.period.label,
            scope=scope,
            language=self.order.languages[0],
            store=store.folder.absolute(),
            features=features.folder.absolute(),
        )

        def job(chapter: ChapterFile, findings: Findings | None) -> ChapterJob:
            return ChapterJob(chapter, run_file, findings, folder / chapter.name, self._cell_timeout)

        return ScopePlan(
            scope,
            of_scope(self.order.chapters, scope),
            job=job,
            missing=lambda chapter: chapter.missing(engagement),
        )

    def _outcome(self, scope: str, results: Sequence[ChapterResult]) -> Outcome:
        troubles = [
            Trouble(one.chapter.name, one.failure, one.reason) for one in results if one.failure is not None
        ]
        seconds = {one.chapter.name: one.seconds for one in results}
        return Outcome(scope, _english(self.order.engagement, scope), results, troubles, seconds=seconds)

    # ------------------------------------------------------------ pages

    def _pages(self, outcomes: Sequence[Outcome], store: Store) -> None:
        by_scope = {outcome.scope: outcome for outcome in outcomes}
        jobs = []
        for outcome in outcomes:
            if outcome.troubles:
                continue
            with _guarded(outcome, "output"):
                staged = self._stage_report(outcome, store)
                jobs += [
                    self._render_job(outcome.scope, staged, language) for language in self.order.languages
                ]
        self._on_progress(Progress("pages", 0, len(jobs)))
        if not jobs:
            return
        with processes.render_workers(self._workers) as pool:
            finished = as_completed([pool.submit(render, job) for job in jobs])
            for number, future in enumerate(finished, start=1):
                result = future.result()
                _record_pages(by_scope[result.job.scope], result)
                what = f"{result.job.scope}: {result.job.language}"
                self._on_progress(Progress("pages", number, len(jobs), what))

    def _stage_report(self, outcome: Outcome, store: Store) -> Path:
        """Everything of a publication but its pages."""
        order, scope = self.order, outcome.scope
        notebooks = {result.chapter: self._notebook(result) for result in outcome.results}
        report = join_chapters(self._in_order(outcome.results, notebooks), logo=order.look.logo)
        read = read_report(report)
        manifest = make_manifest(
            order.engagement,
            order.period,
            scope,
            languages=order.languages,
            formats=order.formats,
            editions=order.editions,
            ledger=store.ledger,
            results=outcome.results,
            look=order.look,
        )
        staged = self.folder.stage(order.period.label, scope)
        (staged / "notebooks").mkdir()
        for chapter, notebook in notebooks.items():
            _write_notebook(notebook, staged / "notebooks" / chapter.path.name)
        _write_notebook(report, staged / "report.ipynb")
        (staged / "findings.json").write_text(read.findings.to_json(), "utf-8")
        (staged / "recommendations.json").write_text(advice_json(read.recommendations), "utf-8")
        (staged / "manifest.json").write_text(manifest.to_json(), "utf-8")
        return staged

    def _render_job(self, scope: str, staged: Path, language: Language) -> RenderJob:
        order = self.order
        return RenderJob(
            scope,
            staged,
            language,
            order.languages,
            order.formats,
            order.editions,
            order.engagement.catalogues,
        )

    def _in_order(
        self, results: Sequence[ChapterResult], notebooks: Mapping[ChapterFile, nbformat.NotebookNode]
    ) -> list[nbformat.NotebookNode]:
        """The chapters of a report; many whose tables were not supplied are one, before the appendix."""
        absent = [result.chapter for result in results if result.notebook is None]
        if len(absent) < MANY:
            return list(notebooks.values())
        lacking = {chapter.name: chapter.missing(self.order.engagement) for chapter in absent}
        *first, last = [notebooks[result.chapter] for result in results if result.notebook is not None]
        return [
            *first,
            missing_chapters(self._context("missing", results[0].scope), lacking, self._words),
            last,
        ]

    def _notebook(self, result: ChapterResult) -> nbformat.NotebookNode:
        if result.notebook is not None:
            return result.notebook
        context = self._context(result.chapter.name, result.scope)
        return missing_chapter(context, result.chapter.missing(self.order.engagement), self._words)

    def _context(self, chapter: str, scope: str) -> Context:
        order = self.order
        return chapter_context(chapter, order.engagement, order.period, scope, order.look)

    @property
    def _words(self) -> Words:
        """Of what is shown in the notebooks that a run writes itself: the first language's."""
        params = self.order.engagement.params
        return Words.of(
            self.order.languages[0],
            currency=params.currency,
            traditional=params.traditional,
            more=self.order.engagement.catalogues,
        )

    # ------------------------------------------------------------ publishing

    def _publish(self, outcomes: Sequence[Outcome]) -> None:
        period = self.order.period.label
        failures = read_failures(self.folder.failures_file)
        here = failures.setdefault(period, {})
        for number, outcome in enumerate(outcomes, start=1):
            if not outcome.troubles:
                with _guarded(outcome, "publish"):
                    self._publish_one(outcome)
            if outcome.troubles:
                first = outcome.troubles[0]
                here[outcome.scope] = {"failure": first.failure, "chapter": first.chapter}
            else:
                here.pop(outcome.scope, None)
            self._on_progress(Progress("publish", number, len(outcomes), outcome.scope))
        write_failures(self.folder.failures_file, failures)

    def _publish_one(self, outcome: Outcome) -> None:
        period = self.order.period.label
        staged = self.folder.staged(period, outcome.scope)
        run_json = {
            "started": self._started.isoformat(timespec="seconds"),
            "host": platform.node(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "seconds": {name: round(seconds, 2) for name, seconds in outcome.seconds.items()},
        }
        (staged / "run.json").write_text(json.dumps(run_json, indent=1) + "\n", "utf-8")
        order = self.order
        check_publication(
            staged,
            order.languages,
            order.formats,
            order.editions,
            simulated=order.engagement.params.simulated,
        )
        outcome.place = self.folder.publish(period, outcome.scope)
        log.info("%s: published", outcome.scope)


@contextmanager
def _guarded(outcome: Outcome, failure: str) -> Iterator[None]:
    """What goes wrong with one report is recorded, and stops no other."""
    try:
        yield
    except Exception as error:
        log.exception("%s: not published", outcome.scope)
        outcome.troubles.append(Trouble("", failure, str(error) or type(error).__name__))


def _log_chapter(result: ChapterResult) -> None:
    said = f"{result.scope}: {result.chapter.name}: {result.state} ({result.seconds:.1f} s)"
    if result.failure is None:
        log.info("%s", said)
    else:
        log.error("%s: %s", said, result.reason)
    if result.log:
        log.info("%s: %s: log\n%s", result.scope, result.chapter.name, result.log)


def _record_pages(outcome: Outcome, result: RenderResult) -> None:
    language = result.job.language
    outcome.seconds[f"pages {language}"] = result.seconds
    if result.log:
        log.warning("%s: pages in %s\n%s", outcome.scope, language, result.log)
    if result.reason:
        outcome.troubles.append(Trouble("", "render", f"pages in {language}: {result.reason}"))


def _write_notebook(notebook: nbformat.NotebookNode, path: Path) -> None:
    path.write_text(nbformat.writes(notebook) + "\n", "utf-8")  # type: ignore[no-untyped-call]


def _english(engagement: Engagement, scope: str) -> str:
    names = engagement.scope_name(scope).root
    return names.get("en") or next(iter(names.values()))
