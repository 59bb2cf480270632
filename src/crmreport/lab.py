"""What a notebook opens first: its chapter, for a run or by hand.

A run hands over the path of its run file. Opened by hand in JupyterLab there is none: the chapter then
builds what it needs of the demo's data by itself, the findings of other chapters included.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crmreport.chapter import Chapter, RunFile, open_run
from crmreport.data.store import open_store
from crmreport.errors import ChapterError
from crmreport.features.build import build_features
from crmreport.findings import Findings
from crmreport.own_modules import offer
from crmreport.params import GROUP, Engagement, Language, load_params
from crmreport.period import parse_period
from crmreport.resources import demo_params

DEMO_PERIOD = "2017-Q4"


def open_chapter(
    name: str,
    run_file: str | Path | None = None,
    *,
    scope: str = GROUP,
    language: Language = "en",
    about_customers: bool = True,
) -> Chapter:
    """Open a chapter for the run that ``run_file`` describes, or by hand on the demo's data.

    ``scope`` (a brand's id, or ``_group``) and ``language`` are for the second case: whom the chapter
    is about, and in which language its blocks are shown in JupyterLab. A chapter that is not
    ``about_customers`` (definitions, data) is shown however few there are.

    From then on a notebook beside a params file may import the Python modules that lie there too.
    """
    if run_file is not None:
        chapter = open_run(name, run_file, about_customers=about_customers)
        offer(chapter.engagement.path.parent)
        return chapter
    if (here := Path.cwd()).name == "notebooks":
        offer(here.parent)  # a consultant's notebook, opened in its own folder
    engagement = load_params(demo_params())
    engagement.scope_name(scope)  # an unknown brand is an error before any work
    period = parse_period(DEMO_PERIOD, fiscal_year_start=engagement.params.fiscal_year_start)
    store = open_store(engagement)
    features = build_features(engagement, store, period)
    run = RunFile(
        params=engagement.path,
        period=period.label,
        scope=scope,
        language=language,
        store=store.folder,
        features=features.folder,
    )
    return Chapter(
        name,
        engagement,
        period,
        scope,
        language=language,
        store=store,
        features=features,
        findings=_findings_for(name, engagement, run),
        about_customers=about_customers,
    )


def _findings_for(name: str, engagement: Engagement, run: RunFile) -> Findings:
    """The findings that a chapter needs of others, which are run for it."""
    # Imported here: a run's kernels never come by, and would pay for Papermill at every start.
    from crmreport.runs.execute import ChapterJob, ScopePlan, execute
    from crmreport.runs.plan import dependencies, find_chapters, of_scope

    chapters = of_scope(find_chapters(engagement), run.scope)
    needed = _closure(name, dependencies(chapters))
    if not needed:
        return Findings()
    with tempfile.TemporaryDirectory(prefix="crmreport-") as folder, ThreadPoolExecutor(2) as executor:
        plan = ScopePlan(
            run.scope,
            [chapter for chapter in chapters if chapter.name in needed],
            job=lambda chapter, found: ChapterJob(chapter, run, found, Path(folder) / chapter.name),
            missing=lambda chapter: chapter.missing(engagement),
        )
        results = execute([plan], executor, on_result=lambda _: None)[run.scope]
    for result in results:
        if result.state == "failed":
            raise ChapterError(
                f"The chapter “{result.chapter.name}”, which this one needs, failed: {result.reason}.",
                remedy="Open that notebook and run it to see where.",
            )
    return Findings(finding for result in results for finding in result.findings.values())


def _closure(name: str, needed: dict[str, frozenset[str]]) -> set[str]:
    """All chapters that must run before ``name``, those that these need included."""
    found: set[str] = set()
    waiting = list(needed.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(needed[one])
    return found
