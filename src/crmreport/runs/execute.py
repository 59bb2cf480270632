"""Chapters at work: each in a kernel of its own, in the order of their needs, side by side.

Papermill's own metadata calls a cell that timed out, or whose kernel died, ``completed``: the states
here are our own.
"""

from __future__ import annotations

import graphlib
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from crmreport.chapter import RunFile
from crmreport.errors import ChapterError, CrmreportError
from crmreport.findings import Findings
from crmreport.report.assemble import published_form, with_own_ids
from crmreport.report.model import bundles, read_report
from crmreport.runs.kernels import kernel_options
from crmreport.runs.plan import ChapterFile, dependencies

CELL_TIMEOUT = 600
START_TIMEOUT = 120

State = Literal["done", "not_supplied", "failed", "skipped"]
Failure = Literal["cell", "timeout", "dead_kernel", "no_kernel", "output", "waited"]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class ChapterJob:
    """One chapter to run for one scope, on the ``findings`` it asked for. ``folder`` is its alone."""

    chapter: ChapterFile
    run_file: RunFile
    findings: Findings | None
    folder: Path
    cell_timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class ChapterResult:
    """How a chapter ended; ``notebook`` (in its published form) and ``findings`` where it is done.

    ``reason`` says in one line why it failed, ``log`` holds the traceback and raw output.
    """

    chapter: ChapterFile
    scope: str
    state: State
    notebook: NotebookNode | None = None
    findings: Findings = field(default_factory=Findings)
    failure: Failure | None = None
    reason: str = ""
    log: str = ""
    seconds: float = 0.0


@dataclass
class ScopePlan:
    """The chapters of one report, and what is known of them so far."""

    scope: str
    chapters: Sequence[ChapterFile]
    job: Callable[[ChapterFile, Findings | None], ChapterJob]
    missing: Callable[[ChapterFile], Sequence[str]]
    results: dict[str, ChapterResult] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.needed = dependencies(self.chapters)
        self.by_name = {chapter.name: chapter for chapter in self.chapters}
        self.sorter = graphlib.TopologicalSorter(self.needed)
        self.sorter.prepare()

    def record(self, result: ChapterResult) -> None:
        self.results[result.chapter.name] = result
        self.sorter.done(result.chapter.name)

    def next_step(self, chapter: ChapterFile) -> ChapterJob | ChapterResult:
        """What to run for a chapter whose turn it is, or its result where there is nothing to run."""
        if self.missing(chapter):
            return ChapterResult(chapter, self.scope, "not_supplied")
        needed = [self.results[name] for name in sorted(self.needed[chapter.name])]
        if failed := [one.chapter.name for one in needed if one.state in ("failed", "skipped")]:
            reason = f"it waits for the findings of {', '.join(failed)}"
            return ChapterResult(chapter, self.scope, "skipped", failure="waited", reason=reason)
        if not chapter.metadata.needs.findings:
            return self.job(chapter, None)
        try:
            found = Findings(finding for one in needed for finding in one.findings.values())
        except ValueError as error:
            return ChapterResult(chapter, self.scope, "failed", failure="output", reason=str(error))
        return self.job(chapter, found)


def execute(
    plans: Sequence[ScopePlan], executor: Executor, *, on_result: Callable[[ChapterResult], None]
) -> Mapping[str, Sequence[ChapterResult]]:
    """Run all chapters of all scopes; each starts as soon as those that it needs are done.

    A failed chapter holds up those that need it and no others. Returns the results by scope, in
    reading order.
    """
    running: dict[Future[ChapterResult], ScopePlan] = {}

    def start_ready(plan: ScopePlan) -> None:
        while ready := plan.sorter.get_ready():
            for name in ready:
                step = plan.next_step(plan.by_name[name])
                if isinstance(step, ChapterJob):
                    running[executor.submit(run_chapter, step)] = plan
                else:
                    plan.record(step)
                    on_result(step)

    for plan in plans:
        start_ready(plan)
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            plan = running.pop(future)
            result = future.result()
            plan.record(result)
            on_result(result)
            start_ready(plan)
    return {plan.scope: [plan.results[chapter.name] for chapter in plan.chapters] for plan in plans}


def run_chapter(job: ChapterJob) -> ChapterResult:
    """Run one chapter in a kernel of its own. Never raises: what went wrong is in the result."""
    started = time.monotonic()
    job.folder.mkdir(parents=True, exist_ok=True)
    kernel_log = job.folder / "kernel.log"
    result = _attempt(job, kernel_log)
    raw = kernel_log.read_text("utf-8", "replace") if kernel_log.exists() else ""
    log = "\n".join(part.strip() for part in (result.log, raw) if part.strip())
    return replace(result, seconds=time.monotonic() - started, log=log)


def _attempt(job: ChapterJob, kernel_log: Path) -> ChapterResult:
    chapter, scope = job.chapter, job.run_file.scope
    try:
        executed = _execute(job, kernel_log)
        notebook = published_form(executed)
        findings = _checked(executed, notebook, job)
    except Exception as error:  # one chapter's failure must not stop the others
        failure, reason = _explained(error, job)
        log = _ANSI.sub("", "".join(traceback.format_exception(error)))
        return ChapterResult(chapter, scope, "failed", failure=failure, reason=reason, log=log)
    return ChapterResult(chapter, scope, "done", notebook, findings, log=_streams(executed))


def _execute(job: ChapterJob, kernel_log: Path) -> NotebookNode:
    run_file = job.run_file
    if job.findings is not None:
        found = job.folder / "findings.json"
        found.write_text(job.findings.to_json(), "utf-8")
        run_file = run_file.model_copy(update={"findings": found})
    path = job.folder / "run.json"
    path.write_text(run_file.model_dump_json(), "utf-8")
    notebook = with_own_ids(job.chapter.read(), job.chapter.name)
    with kernel_options(kernel_log) as kernel:
        executed: NotebookNode = papermill.execute_notebook(
            notebook,
            None,
            parameters={"run_file": str(path)},
            language="python",  # which a notebook written by a program may not say
            progress_bar=False,
            autosave_cell_every=0,
            start_timeout=START_TIMEOUT,
            execution_timeout=job.cell_timeout,
            record_timing=False,
            **kernel,
        )
    return executed


def _checked(executed: NotebookNode, notebook: NotebookNode, job: ChapterJob) -> Findings:
    """The findings of a chapter that ran to its end and spoke for itself; ChapterError otherwise."""
    for number, cell in enumerate(executed.cells, start=1):
        # A cell that calls exit() ends the notebook without Papermill seeing an error.
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise ChapterError(f"it ended before its cell {number}, which did not run")
    for _, bundle in bundles(notebook):
        said = (bundle.context.chapter, bundle.context.scope.id)
        if said != (job.chapter.name, job.run_file.scope):
            raise ChapterError(
                f"it shows blocks of the chapter “{said[0]}” of “{said[1]}”; it must open itself with "
                f'open_chapter("{job.chapter.name}", run_file)'
            )
    return read_report(notebook).findings


def _explained(error: Exception, job: ChapterJob) -> tuple[Failure, str]:
    match error:
        case PapermillExecutionError():
            first = str(error.evalue).strip().partition("\n")[0]
            return "cell", _ANSI.sub("", f"cell [{error.exec_count}] raised {error.ename}: {first}")
        case CellTimeoutError():
            return "timeout", f"a cell took more than {job.cell_timeout} seconds"
        case DeadKernelError():
            return "dead_kernel", "its kernel died (out of memory, or killed)"
        case CrmreportError() | ValueError():
            return "output", str(error)
        case _:
            return "no_kernel", f"its kernel did not start ({type(error).__name__}: {error})"


def _streams(executed: NotebookNode) -> str:
    """What the cells printed: it goes to the log, not into the publication."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")
