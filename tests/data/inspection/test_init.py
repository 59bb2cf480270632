"""The command: what it writes, what it prints, and that it replaces nothing unasked."""

import pytest
from typer.testing import CliRunner

from crmreport.cli import app
from crmreport.errors import InputDataError, UsageError
from crmreport.params import load_params
from tests.data.inspection.test_folder import CANARIES, ZH_MEMBERS, ZH_SALES, write, zh_members, zh_sales


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "acme"
    write(found / "订单.csv", ZH_SALES, zh_sales(1))
    write(found / "会员.csv", ZH_MEMBERS, zh_members())
    write(found / "weather.csv", ["Station", "Date", "Rain"], [["S1", "2024-01-01", "3.5"]] * 40)
    return found


def init(*arguments):
    return CliRunner().invoke(
        app, ["init", *map(str, arguments)], catch_exceptions=False, standalone_mode=False
    )


def test_it_says_what_is_sure_what_is_guessed_and_what_is_lacking(folder):
    said = init(folder).stdout

    assert "sale_lines is 订单.csv (sure)" in said
    assert "  revenue: 实付金额（元）\n" in said
    assert "customers is 会员.csv (sure)" in said
    assert "The time zone is Asia/Shanghai (a guess" in said
    assert "Left out: weather.csv (none of the tables that are known)" in said
    assert not [canary for canary in CANARIES if canary in said]
    assert load_params(folder / "params.yml").params.currency == "CNY"


def test_it_replaces_nothing_unless_forced(folder):
    target = folder.parent / "acme.yml"
    target.write_text("mine", "utf-8")

    with pytest.raises(UsageError, match="There is such a file already"):
        init(folder, "--out", target)
    assert target.read_text("utf-8") == "mine"
    init(folder, "--out", target, "--force")
    assert load_params(target).params.sources["sale_lines"].path == "acme/订单.csv"
    # No other file was left behind.
    assert sorted(path.name for path in folder.parent.iterdir()) == ["acme", "acme.yml"]


def test_it_writes_nothing_where_nothing_was_understood(tmp_path):
    with pytest.raises(InputDataError):
        init(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="There is no such folder"):
        init(tmp_path / "none")


def test_it_says_which_chapters_lack_what(tmp_path):
    write(tmp_path / "会员.csv", ZH_MEMBERS, zh_members())

    said = init(tmp_path).stdout

    (lacking,) = [line for line in said.splitlines() if line.startswith("Not supplied: sale_lines")]
    assert "segmentation" in lacking
    assert "retention" in lacking
