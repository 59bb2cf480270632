"""The README says what is true: its commands run, its params file is read, its picture is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from crmreport.cli import app
from crmreport.params import Params, parse_params

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
SALES = "Member No,Paid at,Order,SKU,Qty,Paid\n" + "\n".join(
    f"m{n % 40},2017-{9 + n % 4:02}-{1 + n % 28:02} 10:00:00,o{n},s{n % 2},1,{10 + n % 7}.50"
    for n in range(400)
)
PRODUCTS = "SKU,Category,Brand\ns0,Lips,ROSA\ns1,Eyes,LILY\n"


def test_the_two_commands_come_first():
    assert COMMANDS[:2] == ["pip install uv && uv run crmreport demo", "uv run pytest"]


def test_the_example_names_every_key_of_the_first_level():
    params = parse_params(EXAMPLE, where="README.md")

    keys = set(re.findall(r"^(\w+):", EXAMPLE, re.MULTILINE))
    assert keys == set(Params.model_fields)
    assert params.client.id == "acme"


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("uv run crmreport")])
def test_commands_are_spelt_as_the_program_understands_them(command):
    _, _, _, name, *arguments = shlex.split(command)

    # A misspelt option or a missing argument raises here.
    context = get_command(app).commands[name].make_context(name, arguments)

    assert context.command.name == name


def test_the_picture_is_there():
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file()


def test_links_lead_somewhere():
    for target in re.findall(r"(?<!!)\[[^]]+\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.slow
def test_the_tours_commands_run(tmp_path):
    for folder in ("notebooks", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".crmreport"))
    (tmp_path / "acme.yml").write_text(EXAMPLE, "utf-8")
    (tmp_path / "sales.csv").write_text(SALES, "utf-8")
    (tmp_path / "products.csv").write_text(PRODUCTS, "utf-8")
    tour = [one for one in COMMANDS[2:] if "jupyter lab" not in one]
    assert len(tour) >= 6
    for command in tour:
        # The same programs, of this environment: `uv run` would look for a project in the folder.
        words = shlex.split(command)[2:]
        program = Path(sys.executable).with_name(words[0])
        ran = subprocess.run(
            [program, *words[1:]], cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=900
        )
        assert ran.returncode == 0, (command, ran.stdout, ran.stderr)
    assert (tmp_path / "reports" / "acme" / "2017-Q4" / "rosa" / "report.zh-Hant.pdf").is_file()
    assert list(tmp_path.glob("reports/health-beauty/2017-11/supplier-764/report.pdf"))
