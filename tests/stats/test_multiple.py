import numpy as np

from crmreport.stats.multiple import benjamini_hochberg

# The fifteen p-values of Benjamini and Hochberg 1995, section 4.1.
PAPER = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_papers_example():
    passed = benjamini_hochberg(np.array(PAPER))

    assert passed.sum() == 4
    assert passed[:4].all()
    assert sum(p < 0.05 for p in PAPER) == 9
    assert sum(p < 0.05 / 15 for p in PAPER) == 3


def test_no_tests_pass_none():
    assert benjamini_hochberg(np.array([])).tolist() == []
