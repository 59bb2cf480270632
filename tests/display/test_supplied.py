"""What came in, in words: days, one day, all or few of a period, of a brand or of all."""

from datetime import date

import pandas as pd
import pytest

from crmreport.data.ledger import SourceFile, TableLedger, Tally
from crmreport.display.prose import plain
from crmreport.display.supplied import came_in
from crmreport.period import parse_period
from crmreport.text import Words

ONE, TWO = date(2024, 3, 1), date(2024, 5, 31)


def said(first: date | None, last: date | None, now: int, *, brand: bool = False) -> str:
    """What is said in English of 200 answers, of which ``now`` lie in the first quarter."""
    account = TableLedger(
        table="survey_answers",
        files=(SourceFile(name="f.csv", sha256="0", rows=200),),
        columns=("respondent_id", "item", "answer"),
        attributes=(),
        supplied=Tally(rows=200),
        set_aside=Tally(),
        used=Tally(rows=200),
        rules=(),
        first_day=first,
        last_day=last,
    )
    rows = pd.Series({"survey_answers": now} if now else {}, dtype="int64")
    found = came_in([account], rows, period=parse_period("2024-Q1"), minimum=30, brand=brand)
    return plain(found[0], Words.of("en", currency="EUR")).removeprefix("Survey answers: ")


@pytest.mark.parametrize(
    ("days", "now", "brand", "expected"),
    [
        ((None, None), 0, False, "200 rows, without dates."),
        ((ONE, TWO), 80, False, "200 rows, from March 1, 2024 to May 31, 2024, of which 80 in Q1 2024."),
        ((ONE, TWO), 0, False, "200 rows, from March 1, 2024 to May 31, 2024, of which 0 in Q1 2024."),
        (
            (ONE, TWO),
            29,
            False,
            "200 rows, from March 1, 2024 to May 31, 2024, of which fewer than 30 in Q1 2024.",
        ),
        (
            (ONE, date(2024, 3, 9)),
            200,
            False,
            "200 rows, from March 1, 2024 to March 9, 2024, all of them in Q1 2024.",
        ),
        # One day is no span.
        ((ONE, ONE), 200, False, "200 rows, all dated March 1, 2024, in Q1 2024."),
        ((TWO, TWO), 0, False, "200 rows, all dated May 31, 2024, of which 0 in Q1 2024."),
        (
            (ONE, ONE),
            80,
            True,
            "200 rows in all, all dated March 1, 2024. This brand’s in Q1 2024: 80.",
        ),
        (
            (ONE, ONE),
            12,
            True,
            "200 rows in all, all dated March 1, 2024. This brand’s in Q1 2024: fewer than 30.",
        ),
    ],
)
def test_rows_are_told_by_their_days(
    days: tuple[date | None, date | None], now: int, brand: bool, expected: str
) -> None:
    assert said(*days, now, brand=brand) == expected
