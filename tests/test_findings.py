"""Findings: what the type refuses, how they are withheld, and that the same ones give the same bytes."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crmreport.findings import Finding, Findings, Provenance, Scope

BRAND = Scope(kind="brand", id="one")


def finding(**changes: Any) -> Finding:
    """A share of 24%, between 20% and 28%, of 200 customers."""
    content: dict[str, Any] = {
        "id": "segmentation.share",
        "scope": BRAND,
        "value": 0.24,
        "unit": "share",
        "n": 200,
        "low": 0.2,
        "high": 0.28,
        "confidence": 0.95,
        "method": "method.share",
        "period": "2017-Q4",
    }
    return Finding.model_validate(content | changes)


NO_INTERVAL = {"low": None, "high": None, "confidence": None}
CENSUS = NO_INTERVAL | {"census": True}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"n": None}, "Input should be a valid integer"),
        ({"n": -1}, "greater than or equal to 0"),
        ({"value": None}, "segmentation.share: no value"),
        (NO_INTERVAL, "needs an interval with its confidence, or census, not both"),
        ({"low": None}, "needs an interval with its confidence, or census, not both"),
        ({"confidence": None}, "needs an interval with its confidence, or census, not both"),
        ({"census": True}, "needs an interval with its confidence, or census, not both"),
        ({"confidence": 1}, "less than 1"),
        ({"low": 0.25}, "segmentation.share: 0.24 is outside 0.25 to 0.28"),
        ({"high": 0.23}, "segmentation.share: 0.24 is outside 0.2 to 0.23"),
        ({"value": math.nan}, "nan is not a finding"),
        ({"value": math.inf}, "inf is not a finding"),
        ({"low": -math.inf}, "-inf is not a finding"),
        ({"id": "Share"}, "String should match pattern"),
        ({"unit": "percent"}, "Input should be"),
        ({"surprise": 1}, "Extra inputs are not permitted"),
        ({"status": "withheld"}, "a finding that is withheld carries no number"),
        ({"status": "not_supplied", "value": None}, "a finding that is not_supplied carries no number"),
    ],
)
def test_a_claim_that_cannot_be_defended_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint.replace("(", r"\(")):
        finding(**changes)


def test_n_must_be_given() -> None:
    content = finding().model_dump()
    del content["n"]
    with pytest.raises(ValidationError, match="n\n  Field required"):
        Finding.model_validate(content)


def test_a_census_needs_no_interval() -> None:
    total = finding(**CENSUS, value=1200, unit="money")
    assert (total.known, total.number()) == (True, 1200.0)


def test_a_withheld_finding_carries_no_number() -> None:
    withheld = finding(n=3).withheld()
    assert (withheld.status, withheld.known, withheld.n) == ("withheld", False, 3)
    assert "0.24" not in withheld.model_dump_json()
    assert {withheld.value, withheld.low, withheld.high, withheld.confidence} == {None}
    assert withheld.key == finding().key
    with pytest.raises(ValueError, match=r"segmentation\.share is withheld"):
        withheld.number()
    assert finding(**CENSUS).withheld() == finding().withheld()
    assert withheld.withheld() == withheld


def test_a_finding_is_named_by_its_dimensions_in_order() -> None:
    assert finding().key == "segmentation.share"
    named = finding(dimensions={"segment": "loyal", "class": "a"})
    assert named.key == "segmentation.share[class=a,segment=loyal]"


def test_a_finding_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        finding().value = 0.25  # type: ignore[misc]


@pytest.mark.parametrize(
    ("computed", "kept"),
    [
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333333),
        (2.0, 2),
        (-0.0, 0),
        (1e300, 1e300),
        (123456789.123456789, 123456789.123),
    ],
)
def test_a_value_keeps_the_digits_that_are_stable(computed: float, kept: float) -> None:
    value = finding(**CENSUS, value=computed, unit="number").value
    assert (value, type(value), str(value)) == (kept, type(kept), str(kept))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_that_is_kept_is_kept_for_good(number: float) -> None:
    once = finding(**CENSUS, value=number, unit="number")
    assert Finding.model_validate_json(once.model_dump_json()) == once
    assert math.isclose(once.number(), number, rel_tol=1e-11)


def test_findings_round_trip_to_the_same_bytes() -> None:
    made = [
        finding(dimensions={"segment": "忠诚"}),
        finding(id="segmentation.total", **CENSUS, value=12.5, unit="money"),
        finding(id="segmentation.small").withheld(),
        finding(provenance=Provenance(notebook="segmentation", cell="a1", inputs="f00d")),
    ]
    text = Findings(made).to_json()
    assert Findings(reversed(made)).to_json() == text
    assert Findings.from_json(text).to_json() == text
    assert dict(Findings.from_json(text)) == dict(Findings(made))
    assert "忠诚" in text
    assert text.endswith("}\n")
    assert [item["id"] for item in json.loads(text)["findings"]] == [
        "segmentation.share",
        "segmentation.share",
        "segmentation.small",
        "segmentation.total",
    ]


def test_one_key_has_one_value() -> None:
    here = finding(provenance=Provenance(notebook="segmentation", cell="a", inputs="f"))
    there = finding(provenance=Provenance(notebook="summary", cell="b", inputs="f"))
    kept = Findings([here, there])
    assert (len(kept), kept["segmentation.share"]) == (1, here)
    with pytest.raises(ValueError, match=r"segmentation\.share was found twice, with different values"):
        Findings([finding(), finding(value=0.25)])


def test_findings_are_asked_by_id_and_key() -> None:
    loyal, lost = (finding(dimensions={"segment": name}) for name in ("loyal", "lost"))
    total = finding(id="segmentation.total")
    findings = Findings([loyal, total, lost])
    assert findings.of("segmentation.share") == [loyal, lost]
    assert list(findings) == [loyal.key, total.key, lost.key]
    with pytest.raises(KeyError, match=r"no finding segmentation\.none \(there are: segmentation\.share\["):
        findings["segmentation.none"]


def test_the_order_of_dimensions_does_not_change_a_byte() -> None:
    dimensions = {"segment": "loyal", "class": "a"}
    turned = dict(reversed(dimensions.items()))
    one, other = (Findings([finding(dimensions=order)]).to_json() for order in (dimensions, turned))
    assert one == other
