"""Pseudonyms: HMAC-SHA256 under the client's key, and every way a key can be refused."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import pytest

from crmreport.data.pseudonyms import Key, load_key, protection, required_key
from crmreport.errors import UsageError
from crmreport.params import load_params
from crmreport.resources import demo_params
from crmreport.runs.order import make_order
from tests.data.shop import shop

SECRET = "0123456789abcdef0123456789abcdef"


def key_file(folder: Path, content: str = SECRET, mode: int = 0o600) -> Path:
    path = folder / "our.key"
    path.write_text(content, "utf-8")
    path.chmod(mode)
    return path


def test_a_pseudonym_is_the_hmac_of_the_id() -> None:
    # RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?".
    assert Key(b"Jefe").pseudonym("what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    expected = hmac.new(SECRET.encode(), b"c1", hashlib.sha256).hexdigest()
    # Full-width letters and outer blanks are the same id; another key gives another pseudonym.
    assert Key(SECRET.encode()).pseudonyms(["c1", " c1 ", "ｃ１"]) == [expected] * 3
    assert Key(SECRET[::-1].encode()).pseudonym("c1") != expected


def test_the_key_is_not_in_its_repr() -> None:
    assert SECRET not in f"{Key(SECRET.encode())!r} {Key(SECRET.encode())}"


def test_the_environment_goes_before_the_file_and_the_params(tmp_path: Path) -> None:
    path = key_file(tmp_path, "f" * 32)
    own = shop(tmp_path, privacy={"key_file": "our.key", "public_key": "p" * 32})
    named = {"CRMREPORT_KEY_FILE": str(path)}

    assert load_key(own, {}) == Key(b"f" * 32)
    assert load_key(shop(tmp_path), named) == Key(b"f" * 32)
    assert load_key(own, named | {"CRMREPORT_KEY": SECRET + "\n"}) == Key(SECRET.encode())


def test_whose_key_there_is(tmp_path: Path) -> None:
    public = shop(tmp_path, privacy={"public_key": "p" * 32})
    assert protection(shop(tmp_path), {}) == "none"
    assert protection(shop(tmp_path), {"CRMREPORT_KEY": SECRET}) == "own"
    assert protection(public, {}) == "public"
    # The client's own key goes before one that everybody knows.
    assert protection(public, {"CRMREPORT_KEY": SECRET}) == "own"


def test_without_a_key_no_list(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No list of customers is written without a key"):
        required_key(shop(tmp_path), {})
    assert required_key(shop(tmp_path), {"CRMREPORT_KEY": SECRET}) == Key(SECRET.encode())


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644, 0o602])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    key_file(tmp_path, mode=mode)
    with pytest.raises(UsageError, match=r"shop\.yml, privacy\.key_file: .*read by others.*chmod 600"):
        load_key(shop(tmp_path, privacy={"key_file": "our.key"}), {})


def test_a_bad_key_is_refused_and_never_told(tmp_path: Path) -> None:
    engagement = shop(tmp_path)
    short = SECRET[:-1]
    for environment, problem in [
        ({"CRMREPORT_KEY": short}, "CRMREPORT_KEY: The key is shorter than 32"),
        ({"CRMREPORT_KEY": ""}, "shorter than 32"),
        ({"CRMREPORT_KEY_FILE": str(key_file(tmp_path, short))}, "shorter than 32"),
        ({"CRMREPORT_KEY_FILE": str(tmp_path / "nowhere")}, "cannot be read"),
        ({"CRMREPORT_KEY_FILE": str(tmp_path)}, "cannot be read"),
        ({"CRMREPORT_KEY_FILE": os.devnull}, "is no file"),
    ]:
        with pytest.raises(UsageError, match=problem) as refused:
            load_key(engagement, environment)
        assert short not in str(refused.value)
    too_long = key_file(tmp_path, SECRET * 200)
    with pytest.raises(UsageError, match="more than 4096 bytes"):
        load_key(engagement, {"CRMREPORT_KEY_FILE": str(too_long)})


def test_a_public_key_must_be_long_as_well(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="public_key"):
        shop(tmp_path, privacy={"public_key": "short"})


def test_the_demos_key_is_public_and_said_to_be() -> None:
    assert protection(load_params(demo_params()), {}) == "public"


def test_a_bad_key_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMREPORT_KEY", "short")
    with pytest.raises(UsageError, match="CRMREPORT_KEY: The key is shorter than 32"):
        make_order(shop(tmp_path), "2023-Q1", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
