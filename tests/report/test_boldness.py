from __future__ import annotations

import pytest

from crmreport.report.boldness import bold_characters


@pytest.mark.parametrize(
    "page",
    [
        "<h2>客<a>户</a></h2>关",
        "<table><thead><tr><th>客户</th></tr></thead><tr><th>关</th></tr></table>",
        '<p class="muted title"><span>客</span><br>户</p>关',
        '<svg><text style="font-size: 8px; font-weight: 700">客户</text><path d="M"/><text>关</text></svg>',
        "<h3>客<p>户</h3>关",
        "<h2>&#23458;&#25143;</h2><script>关</script><style>h2{content:'关'}</style>",
    ],
)
def test_the_bold_elements_and_no_others(page: str) -> None:
    assert {one for one in bold_characters(page) if not one.isascii()} == {"客", "户"}


def test_figures_and_letters_are_always_held() -> None:
    assert set("0123456789 %Aa~") <= bold_characters("")
