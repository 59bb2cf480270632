"""A table of a client's file, written once into a Parquet file of texts beside the store.

The staged file's name is a hash of the file's name and content and of how it was read, so that a new
month among many stages only itself. Rows keep their order and their place in the file; those that
could not be read lie in a file of their own beside it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crmreport.data.readers.delimited import Block
from crmreport.data.readers.options import ReadOptions
from crmreport.data.readers.parts import Part
from crmreport.data.readers.tables import FileFacts, table_rows
from crmreport.data.working import OURS, ROW
from crmreport.errors import InputDataError, OutputError

TEXT = OURS + "text"
"""The text of a row that could not be read."""

UNREAD = pa.schema([(ROW, pa.int64()), (TEXT, pa.string())])

_VERSION = 1
"""Raised with every change of how files are read, so that no older staging is taken for it."""

_GROUP_ROWS, _GROUP_BYTES = 122_880, 64 << 20
_NUL, _SHOWN_NUL = "\0", "\N{SYMBOL FOR NULL}"


def stage(part: Part, options: ReadOptions, *, sha256: str, folder: Path) -> Path:
    """The Parquet file of a table's rows, made where there is none yet; beside it that of the unread.

    Raises InputDataError where the file cannot be read, or more of its rows cannot be than can;
    OutputError where the disk is full.
    """
    key = [_VERSION, sha256, part.name, part.member, part.sheet, part.format, asdict(options)]
    name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32]
    target = folder / f"{name}.parquet"
    if not target.is_file():
        with table_rows(part, options) as (facts, blocks), aside(folder, target) as (rows_file, unread_file):
            counted = write_blocks(facts.columns, blocks, rows_file, unread_file)
            _check_mostly_read(facts, *counted)
    return target


def unread_beside(staged: Path) -> Path:
    return staged.with_suffix(".unread.parquet")


@contextmanager
def aside(folder: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """Two files to write, put into place together when both are whole; the rows last, being looked for."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".staging-", dir=folder) as made:
        rows, unread = Path(made, "rows"), Path(made, "unread")
        yield rows, unread
        for written, place in ((unread, unread_beside(target)), (rows, target)):
            written.chmod(0o600)
            written.replace(place)


def write_blocks(
    columns: Sequence[str], blocks: Iterable[Block], rows_file: Path, unread_file: Path
) -> tuple[int, int]:
    """Write the rows and what was not read; how many of each there are. A blank is NULL."""
    schema = pa.schema([*((name, pa.string()) for name in columns), (ROW, pa.int64())])
    rows = unread = 0
    with _writer(rows_file, schema) as kept, _writer(unread_file, UNREAD) as other:
        for block in blocks:
            kept.write(_batch(block, schema))
            rows, unread = rows + len(block.rows), unread + len(block.unread)
            if block.unread:
                numbers, texts = zip(*block.unread, strict=True)
                other.write(pa.record_batch([pa.array(numbers, pa.int64()), _texts(texts)], schema=UNREAD))
    return rows, unread


def _batch(block: Block, schema: pa.Schema) -> pa.RecordBatch:
    cells = zip(*block.rows, strict=True) if block.rows else [()] * (len(schema) - 1)
    return pa.record_batch([*map(_texts, cells), pa.array(block.numbers, pa.int64())], schema=schema)


def _texts(cells: Sequence[str]) -> pa.Array:
    texts = pa.array(cells, pa.string())
    if pc.any(pc.match_substring(texts, _NUL)).as_py():
        texts = pc.replace_substring(texts, _NUL, _SHOWN_NUL)
    return pc.if_else(pc.equal(texts, ""), None, texts)


class _Buffered:
    """Gathers batches into row groups: small ones are slow to read, large ones fill the memory."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer, self._schema = writer, schema
        self._batches: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch) -> None:
        self._batches.append(batch)
        rows = sum(one.num_rows for one in self._batches)
        if rows >= _GROUP_ROWS or sum(one.nbytes for one in self._batches) >= _GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        if any(batch.num_rows for batch in self._batches):
            try:
                self._writer.write_table(pa.Table.from_batches(self._batches, self._schema))
            except OSError as error:
                raise _full(error) from None
        self._batches = []


@contextmanager
def _writer(file: Path, schema: pa.Schema) -> Iterator[_Buffered]:
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        buffered = _Buffered(writer, schema)
        yield buffered
        buffered.flush()


def _full(error: OSError) -> OutputError:
    return OutputError(
        f"The working data cannot be written ({error.strerror or error}).",
        where=".crmreport/staged",
        remedy="Make room on the disk; staged files of earlier runs may be removed.",
    )


def _check_mostly_read(facts: FileFacts, rows: int, unread: int) -> None:
    if unread <= rows:
        return
    raise InputDataError(
        f"“{facts.name}”: {unread} of {rows + unread} rows do not fit its {len(facts.columns)} columns "
        f"({facts.read_as}).",
        remedy="Declare what is wrong among these in the source, or “header_row”.",
    )
