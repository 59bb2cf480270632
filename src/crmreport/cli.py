"""The command line: the only place that prints or exits.

Heavy modules are imported inside the commands, so that help and a misspelt option answer at once.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from crmreport import __version__
from crmreport.errors import CrmreportError, UsageError

if TYPE_CHECKING:
    from crmreport.data.inspection.folder import Inspection
    from crmreport.runs.run import Outcome, Progress, RunResult

_SHOWN = 8
DEMO_PERIOD = "2017-Q4"
INTERRUPTED = 130
TERMINATED = 143

app = typer.Typer(
    name="crmreport",
    help="Customer-relationship reports from a client's own files, one a brand, in English and Chinese.",
    epilog="Begin with: crmreport demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

ParamsFile = Annotated[Path, typer.Argument(metavar="PARAMS", help="The engagement's params file (YAML).")]
PeriodOption = Annotated[
    str,
    typer.Option("--period", metavar="P", help="A month (2017-11), a quarter (2017-Q4) or a year (2017)."),
]
Brands = Annotated[
    list[str] | None,
    typer.Option(
        "--brand", metavar="B", help="A brand's id, or _group; may be repeated. Default: group and brands."
    ),
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--lang", metavar="L", help="en, zh-Hans or zh-Hant; may be repeated. Default: all declared."
    ),
]
Formats = Annotated[str, typer.Option("--format", metavar="F", help="html, pdf or both with a comma.")]
Editions = Annotated[
    list[str] | None,
    typer.Option(
        "--edition",
        metavar="E",
        help="client, or teaching (methods and code shown); may be repeated. Default: client.",
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to publish into.")]
Timeout = Annotated[int, typer.Option("--timeout", min=1, metavar="S", help="Seconds that a cell may take.")]


def _version(asked: bool) -> None:
    if asked:
        _out.print(f"crmreport {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: crmreport demo --period 2017-11")
def demo(period: PeriodOption = DEMO_PERIOD, out: Out = Path("reports")) -> None:
    """Build the reports of the demo: a grocery chain's health and beauty business.

    This is “crmreport run” on the params file that comes with crmreport, and nothing else.
    """
    from crmreport.resources import demo_params

    _run(demo_params(), period, out=out)


@app.command(
    epilog="Examples: crmreport run acme.yml --period 2017-Q4  |  "
    "crmreport run acme.yml --period 2017-11 --brand _group --lang en --format pdf"
)
def run(
    params: ParamsFile,
    period: PeriodOption,
    brand: Brands = None,
    lang: Languages = None,
    format: Formats = "html,pdf",
    edition: Editions = None,
    out: Out = Path("reports"),
    timeout: Timeout = 600,
) -> None:
    """Build and publish the reports of one period: the group's, and one a brand.

    A publication is replaced as a whole. A brand of which a chapter fails keeps its last one, and the
    exit code is 1.
    """
    formats = tuple(part.strip() for part in format.split(",") if part.strip())
    _run(
        params,
        period,
        brands=brand,
        languages=lang,
        formats=formats,
        editions=edition,
        out=out,
        timeout=timeout,
    )


@app.command()
def check(params: ParamsFile) -> None:
    """Check a params file, the files it names and the chapters, without running anything."""
    from crmreport.brandfile import load_look
    from crmreport.data.mapping import check_inputs
    from crmreport.data.pseudonyms import protection
    from crmreport.data.sources import input_files
    from crmreport.display.palette import look_notes
    from crmreport.params import load_params
    from crmreport.runs.plan import find_chapters

    engagement = load_params(params)
    protection(engagement)
    look = load_look(engagement)
    chapters = find_chapters(engagement)
    files = [file for table in engagement.params.sources for file in input_files(engagement, table)]
    check_inputs(engagement)
    counted = ", ".join(
        f"{len(found)} {noun}{'' if len(found) == 1 else 's'}"
        for noun, found in (("brand", engagement.params.brands), ("file", files), ("chapter", chapters))
    )
    _out.print(f"{escape(str(params))} is sound: {counted}.")
    for note in look_notes(look):
        _out.print(f"Brand file: {escape(note)}")


@app.command(epilog="Example: crmreport init exports --out acme.yml")
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder with the client's files.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="The params file to write. Default: params.yml in FOLDER."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a params file that is there.")] = False,
) -> None:
    """Write a params file from a client's files: which file is which table, which column is which.

    What is a guess is said to be one, here and in the file. No file is changed, and nothing is asked but,
    on a terminal, whether to replace a file.
    """
    from crmreport.data.inspection.folder import inspect_folder
    from crmreport.data.inspection.writing import check_target, params_text, write_params
    from crmreport.params import load_params
    from crmreport.runs.plan import find_chapters

    target = out or folder / "params.yml"
    may_replace = force or (target.is_file() and _agrees(f"{target} exists. Replace it?"))
    check_target(target, replace=may_replace)
    found = inspect_folder(folder, base=target.parent)
    write_params(params_text(found), target, replace=may_replace)
    engagement = load_params(target)
    _tell_tables(found)
    _tell_guesses(found)
    for one in found.left:
        _out.print(f"Left out: {one.name} ({one.reason})", markup=False)
    lacking: dict[str, list[str]] = {}
    for chapter in find_chapters(engagement):
        if missing := chapter.missing(engagement):
            lacking.setdefault(", ".join(missing), []).append(chapter.name)
    for missing_tables, chapters in lacking.items():
        _out.print(f"Not supplied: {missing_tables} (lacking in: {', '.join(chapters)})", markup=False)
    _out.print(f"Written: {target}. Look at its guesses, then: crmreport check {target}", markup=False)


@app.command(epilog="Example: crmreport simulate made-up --world switching --customers 5000")
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to write into.")],
    world: Annotated[
        str,
        typer.Option(
            "--world",
            metavar="W",
            help="pareto-nbd, seasonal, rhythms, switching, no-dropout; or a whole client: beauty-group, "
            "retail-chain.",
        ),
    ] = "pareto-nbd",
    customers: Annotated[
        int | None,
        typer.Option(
            "--customers", min=1, metavar="N", help="How many; left out: 10000, of a whole client 5000."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="S", help="Same seed, same client.")] = 1,
    format: Annotated[str, typer.Option("--format", metavar="F", help="csv or parquet.")] = "csv",
    force: Annotated[bool, typer.Option("--force", help="Replace a client that is there.")] = False,
) -> None:
    """Write a made-up client whose truth is known: its files, a params file, and the truth beside them.

    Every page of a report on it says that it is simulated.
    """
    from crmreport.simulate import simulate as draw
    from crmreport.simulate import usual_size, write_simulated

    if format not in ("csv", "parquet"):
        raise UsageError(f"There is no format “{format}”.", remedy="csv or parquet.")
    many = usual_size(world) if customers is None else customers
    made = draw(world, customers=many, seed=seed)
    params = write_simulated(made, folder, format=format, replace=force)  # type: ignore[arg-type]
    _out.print(
        f"{len(made.customers)} customers, {len(made.lines)} sale lines, "
        f"{made.world.start} to {made.world.end}."
    )
    _out.print(
        f"Written: {params}. Then: crmreport run {params} --period {made.world.end:%Y}-Q4", markup=False
    )


@app.command(name="list")
def list_(params: ParamsFile) -> None:
    """List the chapters and the brands of an engagement."""
    from crmreport.params import GROUP, load_params
    from crmreport.runs.plan import find_chapters

    engagement = load_params(params)
    _out.print("[bold]Chapters[/bold]")
    for chapter in find_chapters(engagement):
        notes = [" and ".join(chapter.metadata.scopes)]
        if chapter.own:
            notes.append("your own")
        if missing := chapter.missing(engagement):
            notes.append(f"not supplied: {', '.join(missing)}")
        _out.print(f"  {chapter.number:02} {escape(chapter.name)} [dim]({'; '.join(notes)})[/dim]")
    _out.print("[bold]Brands[/bold]")
    _out.print(f"  {GROUP} {escape(_name(engagement.params.client.name.root))} [dim](all brands)[/dim]")
    for brand in engagement.params.brands:
        note = "" if brand.report else " [dim](no report of its own)[/dim]"
        _out.print(f"  {brand.id} {escape(_name(brand.name.root))}{note}")


@app.command(epilog="Example: crmreport schema > params.schema.json")
def schema() -> None:
    """Print the JSON Schema of a params file, for editors."""
    from crmreport.params import params_schema

    sys.stdout.write(params_schema())


# ---------------------------------------------------------------- a run in the terminal


def _run(
    params: Path,
    period: str,
    *,
    brands: list[str] | None = None,
    languages: list[str] | None = None,
    formats: tuple[str, ...] = ("html", "pdf"),
    editions: list[str] | None = None,
    out: Path,
    timeout: int = 600,
) -> NoReturn:
    from crmreport.params import load_params
    from crmreport.runs.order import make_order
    from crmreport.runs.processes import start_warming

    engagement = load_params(params)
    order = make_order(
        engagement,
        period,
        out=out,
        scopes=brands or (),
        languages=languages or (),
        formats=formats,
        editions=editions or ("client",),
    )
    # The parent of all kernels imports meanwhile what this process is about to import itself.
    start_warming()
    try:
        from crmreport.runs.run import run as run_order

        with _progress() as show:
            result = run_order(order, cell_timeout=timeout, on_progress=show)
    except KeyboardInterrupt:
        _err.print("Interrupted: what was published before remains.")
        raise typer.Exit(INTERRUPTED) from None
    _tell(result)
    raise typer.Exit(result.exit_code)


def _agrees(question: str) -> bool:
    """Asked on a terminal only; elsewhere nobody agrees."""
    return sys.stdin.isatty() and _err.is_terminal and typer.confirm(question, err=True)


def _tell_tables(found: Inspection) -> None:
    for table, (pile, guess) in found.chosen.items():
        how = "sure" if found.is_sure(table) else "a guess"
        _out.print(f"[bold]{table}[/bold] is {escape(pile.name)} [dim]({how})[/dim]")
        for ours, theirs in guess.match.columns.items():
            mark = "" if guess.is_sure(ours) else " [dim](a guess)[/dim]"
            _out.print(f"  {ours}: {escape(theirs)}{mark}")
        if guess.wide:
            _out.print(f"  {len(guess.wide)} columns with one item each [dim](a guess)[/dim]")
        if table == "survey_answers" and found.questionnaire:
            _out.print(f"  questionnaire: {len(found.questionnaire.items)} items [dim](a guess)[/dim]")
            for lacking in found.questionnaire.lacking():
                _out.print(f"  no item by its name: {lacking}")
        if lost := found.lost(table):
            _out.print(f"  not found: {', '.join(lost)}")
        if unmapped := found.unmapped(table):
            names = ", ".join(field.name for field in unmapped[:_SHOWN])
            more = f" and {len(unmapped) - _SHOWN} more" if len(unmapped) > _SHOWN else ""
            _out.print(f"  not mapped: {names}{more}", markup=False)
        if day := found.undated(table):
            _out.print(f"  no column is a date: write the day of all rows under constants ({day})")


def _tell_guesses(found: Inspection) -> None:
    if found.span:
        _out.print(f"Dates run {found.span}.")
    else:
        _out.print("Nothing says when: a run needs a date in one table at least.")
    for what, told in (("currency", found.currency), ("time zone", found.timezone)):
        how = "" if told.sure else "a guess, "
        _out.print(f"The {what} is {told.value} ({how}from {told.why}).", markup=False)
    if found.brands is None:
        _out.print("Brands: no column tells them apart; one brand has all rows.")
    else:
        count, header = len(found.brands.rows), found.brands.header
        _out.print(
            f"Brands: {count} in the column {header} (a guess); {found.brands.listed} of them get a report.",
            markup=False,
        )


_STAGES = {"data": "Data", "chapters": "Chapters", "pages": "Pages", "publish": "Publishing"}


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Bars on a terminal; elsewhere (a log, a pipe) one plain line a stage."""
    if not _err.is_terminal:
        yield _plain
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}[/dim]"),
    )
    with Bars(*columns, console=_err, transient=True) as bars:
        tasks = {}

        def show(at: Progress) -> None:
            if at.stage not in tasks:
                tasks[at.stage] = bars.add_task(_STAGES[at.stage], total=at.total, what="")
            what = "" if at.done == at.total else escape(at.what)
            bars.update(tasks[at.stage], completed=at.done, total=at.total, what=what)

        yield show


def _plain(at: Progress) -> None:
    if at.done == at.total:
        _err.print(f"{_STAGES[at.stage]}: {at.done} of {at.total}", markup=False)


def _tell(result: RunResult) -> None:
    """What did not work, then one line of what did."""
    for outcome in result.failed:
        _tell_failure(outcome)
    if result.failed:
        _err.print(f"The log holds the details: {result.log}", markup=False)
    published = len(result.outcomes) - len(result.failed)
    _out.print(f"{published} of {len(result.outcomes)} reports published: {result.index}", markup=False)


def _tell_failure(outcome: Outcome) -> None:
    _err.print(f"[bold red]Not published:[/bold red] {escape(outcome.name)} ({escape(outcome.scope)})")
    for trouble in outcome.troubles:
        place = f"chapter {trouble.chapter}: " if trouble.chapter else ""
        _err.print(f"  {place}{trouble.reason}", markup=False)


def _name(names: object) -> str:
    assert isinstance(names, dict)
    return str(names.get("en") or next(iter(names.values())))


# ---------------------------------------------------------------- the console script


def main() -> NoReturn:
    """The console script: every error is one clear message and the exit code of its kind."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except CrmreportError as error:
        _fail(error)
    except Exception as error:
        _unexpected(error)
    raise SystemExit(0)


def _terminated(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)


def _fail(error: CrmreportError) -> NoReturn:
    kind = "Usage" if isinstance(error, UsageError) else "Error"
    _err.print(f"[bold red]{kind}:[/bold red] {escape(error.what)}")
    if error.where:
        _err.print(f"  where: {error.where}", markup=False)
    if error.remedy:
        _err.print(f"  next:  {error.remedy}", markup=False)
    raise SystemExit(error.exit_code)


def _unexpected(error: Exception) -> NoReturn:
    with tempfile.NamedTemporaryFile(
        "w", prefix="crmreport-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    _err.print(f"[bold red]Error:[/bold red] Something unexpected went wrong ({type(error).__name__}).")
    _err.print(f"  where: {log.name}", markup=False)
    _err.print("  next:  Please report it with this log.", markup=False)
    raise SystemExit(1)
