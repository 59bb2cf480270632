"""A consultant's own Python modules: files beside the params file, which notebooks there may import.

They are offered by name and come last, after all that Python has: no file there can take the place of a
module that crmreport or a library imports. No compiled file is left beside the client's.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterable, Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


def own_modules(folder: Path) -> dict[str, Path]:
    """The modules of ``folder`` itself, by name, in order."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if path.stem.isidentifier()}


def offer(folder: Path) -> None:
    """Let this process import the modules of ``folder``, those there are now."""
    sys.meta_path.append(_Finder(own_modules(folder)))


def hidden(modules: Mapping[str, Path], code: Iterable[str]) -> list[Path]:
    """Those of ``modules`` that ``code`` imports and would not get, since Python has one of that name."""
    imported = {name for text in code for name in _IMPORT.findall(text)}
    return [path for name, path in modules.items() if name in imported and _elsewhere(name, path)]


def _elsewhere(name: str, path: Path) -> bool:
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin != str(path)


class _Loader(SourceFileLoader):
    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Keep no compiled file."""


class _Finder(MetaPathFinder):
    def __init__(self, modules: Mapping[str, Path]) -> None:
        self._modules = modules

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if path is not None or fullname not in self._modules:
            return None
        file = str(self._modules[fullname])
        return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(fullname, file))
