"""One report in one language, as files: the work of a render process."""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import nbformat

from crmreport.params import Language
from crmreport.report.files import Edition, file_name, workbook_name
from crmreport.report.html import render_html
from crmreport.report.model import Report, read_report
from crmreport.report.pdf import render_pdf
from crmreport.report.workbook import render_workbook
from crmreport.runs.order import Format


@dataclass(frozen=True)
class RenderJob:
    """Render ``report.ipynb`` of ``folder`` there, in one of its ``languages``.

    The first of them also makes the workbook. ``catalogues`` are folders of the consultant's own messages.
    """

    scope: str
    folder: Path
    language: Language
    languages: tuple[Language, ...]
    formats: tuple[Format, ...]
    editions: tuple[Edition, ...] = ("client",)
    catalogues: tuple[Path, ...] = ()


@dataclass(frozen=True)
class RenderResult:
    """``reason`` is empty where all went well; ``log`` holds warnings, and the traceback if not."""

    job: RenderJob
    reason: str
    log: str
    seconds: float


def render(job: RenderJob) -> RenderResult:
    """Write the report's files. Never raises: what went wrong is in the result."""
    started = time.monotonic()
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("crmreport")
    logger.addHandler(handler)
    reason = ""
    try:
        _write(job)
    except Exception as error:  # one report's failure must not stop the others
        reason = str(error) or type(error).__name__
        stream.write(traceback.format_exc())
    finally:
        logger.removeHandler(handler)
    return RenderResult(job, reason, stream.getvalue(), time.monotonic() - started)


def _write(job: RenderJob) -> None:
    notebook = nbformat.read(job.folder / "report.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    report = read_report(notebook)
    workbook = workbook_name(simulated=report.context.simulated)
    if job.language == job.languages[0]:
        book = render_workbook(report, job.language, catalogues=job.catalogues)
        (job.folder / workbook).write_bytes(book)
    for edition in job.editions:
        _write_edition(report, job, edition)


def _write_edition(report: Report, job: RenderJob, edition: Edition) -> None:
    simulated = report.context.simulated
    translations = {
        language: file_name(language, "html", edition, simulated=simulated) for language in job.languages
    }
    for format in job.formats:
        path = job.folder / file_name(job.language, format, edition, simulated=simulated)
        if format == "html":
            page = render_html(
                report,
                job.language,
                editions=translations,
                workbook=workbook_name(simulated=simulated),
                edition=edition,
                catalogues=job.catalogues,
            )
            path.write_text(page, "utf-8")
        else:
            pdf = render_pdf(report, job.language, edition=edition, catalogues=job.catalogues)
            path.write_bytes(pdf)
