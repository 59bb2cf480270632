"""What our nbconvert exporters share: their settings, and the way from a notebook to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Enum, List, Unicode

from crmreport.params import LANGUAGES, Language
from crmreport.report.model import Report, read_report


class ReportExporter(Exporter):
    """An executed chapter, or a whole report, rendered in one language by ``render``."""

    language = Enum(
        (*LANGUAGES, ""), default_value="", help="Language of the report; by default its first."
    ).tag(config=True)
    catalogues = List(Unicode(), help="Folders of further catalogues of messages.").tag(config=True)

    def render(self, report: Report, language: Language, catalogues: tuple[Path, ...]) -> str | bytes:
        """The report in one language."""
        raise NotImplementedError

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own exporters, it returns the output
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """The output and the resources. Raises RenderError where the notebook shows nothing of ours."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        report = read_report(notebook)
        language = cast(Language, self.language) or report.context.languages[0]
        return self.render(report, language, tuple(map(Path, self.catalogues))), resources
