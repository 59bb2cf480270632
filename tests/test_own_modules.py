"""A consultant's modules beside the params file: to be imported by name, and never in another's place."""

import importlib
import sys

import pytest

from crmreport.own_modules import hidden, offer, own_modules


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of modules that this process may import, and forgets afterwards."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    (tmp_path / "acme_stores.py").write_text("import acme_words\nNAME = acme_words.NAME\n")
    (tmp_path / "acme_words.py").write_text("NAME = 'Acme'\n")
    (tmp_path / "statistics.py").write_text("raise RuntimeError('never to be run')\n")
    (tmp_path / "not-a-module.py").write_text("")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "acme_deep.py").write_text("")
    return tmp_path


def test_the_folder_s_own_files_are_offered_and_no_others(folder):
    assert list(own_modules(folder)) == ["acme_stores", "acme_words", "statistics"]


def test_a_module_and_what_it_imports_beside_it_are_found(folder):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("acme_stores")

    offer(folder)

    assert importlib.import_module("acme_stores").NAME == "Acme"


def test_python_s_own_modules_come_first(folder):
    sys.modules.pop("statistics", None)

    offer(folder)

    assert importlib.import_module("statistics").mean([1, 3]) == 2


def test_no_compiled_file_is_left_there(folder):
    offer(folder)
    importlib.import_module("acme_stores")

    assert not (folder / "__pycache__").exists()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import acme_stores\nfrom statistics import mean", ["statistics.py"]),
        ("if True:\n    import statistics as s", ["statistics.py"]),
        ("statistics = 1\n# import statistics", []),
        ("import acme_stores, pandas", []),
    ],
)
def test_a_name_that_python_has_is_found_where_a_notebook_imports_it(folder, code, names):
    assert [path.name for path in hidden(own_modules(folder), [code])] == names
