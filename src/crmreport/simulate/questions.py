"""The questionnaire of a simulated client as its params file declares it, in each language."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmreport.simulate.described import Said, said
from crmreport.simulate.settings import Survey
from crmreport.simulate.survey import ATTITUDES, BLANK, DONT_KNOW, NOT_APPLICABLE

ATTRIBUTES: dict[str, Said] = {
    "quality": said("Product quality", "产品质量", "產品品質"),
    "promises": said("Keeping promises", "说到做到", "說到做到"),
    "advice": said("Competent advice", "专业建议", "專業建議"),
    "safety": said("Safe products", "产品安全", "產品安全"),
    "speed": said("Quick service", "服务速度", "服務速度"),
    "returns": said("Easy returns", "退换便利", "退換便利"),
    "knows-me": said("Knowing my needs", "了解我的需要", "了解我的需要"),
    "rewards": said("Member rewards", "会员礼遇", "會員禮遇"),
    "shop": said("Pleasant shops", "店内环境", "店內環境"),
    "packaging": said("Packaging", "包装", "包裝"),
    "value": said("Value for money", "性价比", "性價比"),
}

_ASKED: dict[str, Said] = {
    "per": said("How good is it: {}?", "您觉得这一方面做得如何：{}？", "您覺得這一方面做得如何：{}？"),
    "exp": said(
        "How good should it be: {}?", "您认为这一方面应当做到多好：{}？", "您認為這一方面應當做到多好：{}？"
    ),
    "imp": said(
        "How important is it to you: {}?", "这一方面对您有多重要：{}？", "這一方面對您有多重要：{}？"
    ),
}
_BATTERIES = {"per": "perception", "exp": "expectation", "imp": "importance"}

WORDINGS: dict[str, Said] = {
    "overall": said("How satisfied are you, all in all?", "总体而言，您有多满意？", "整體而言，您有多滿意？"),
    "recommend": said(
        "How likely are you to recommend us?", "您有多大可能向他人推荐我们？", "您有多大可能向他人推薦我們？"
    ),
    "effort": said(
        "It was easy to get what I wanted.", "我很容易就得到了所需要的。", "我很容易就得到了所需要的。"
    ),
    "trust_1": said("I can rely on them.", "我可以信赖他们。", "我可以信賴他們。"),
    "trust_2": said("They mean well by their customers.", "他们真心为顾客着想。", "他們真心為顧客著想。"),
    "attached_1": said("I would miss them.", "如果没有了，我会怀念。", "如果沒有了，我會懷念。"),
    "attached_2": said("They are part of my life.", "这是我生活的一部分。", "這是我生活的一部分。"),
    "again": said("I shall buy there again.", "我会再次购买。", "我會再次購買。"),
    "pays_more": said(
        "I would stay if prices rose a little.", "小幅涨价我也不会离开。", "小幅漲價我也不會離開。"
    ),
    "others_as_good": said("Others are just as good.", "其他家也一样好。", "其他家也一樣好。"),
    "tries_others": said("I like to try other brands.", "我喜欢尝试其他品牌。", "我喜歡嘗試其他品牌。"),
    "decides_in": said(
        "How long do you take to choose? (1 at once, 5 very long)",
        "您选购时要考虑多久？（1 马上决定，5 很久）",
        "您選購時要考慮多久？（1 馬上決定，5 很久）",
    ),
    "age": said("Age", "年龄", "年齡"),
    "often": said("Days with a purchase in the last year", "过去一年的购买天数", "過去一年的購買天數"),
}

_ROLES = {
    "trust_1": "trust",
    "trust_2": "trust",
    "attached_1": "attachment",
    "attached_2": "attachment",
    "again": "repurchase",
    "pays_more": "price_tolerance",
    "others_as_good": "competitors",
    "tries_others": "switching",
}


def questionnaire(survey: Survey, asked: pd.DataFrame) -> dict[str, Any]:
    """The params' section ``questionnaire``, from who was ``asked`` (see ``Asked.truth``).

    ``invited`` are those of the last wave. A client that asks about itself has its answers raked to the ages
    and the frequency of its customers, which it knows of all; a group that asks about brands does not, since
    the buyers of each are others.
    """
    last = asked[asked["wave"] == survey.waves[-1].id]
    of_all = {} if survey.by_brand else {"rake": {name: _shares(last[name]) for name in ("age", "often")}}
    items: dict[str, Any] = {}
    for short, role in _BATTERIES.items():
        for one in survey.attributes:
            named = {lang: text.format(ATTRIBUTES[one.id][lang]) for lang, text in _ASKED[short].items()}
            dimension = {"dimension": one.dimension} if one.dimension else {}
            items[f"{short}_{one.id}"] = {"role": role, "attribute": one.id} | dimension | {"wording": named}
    items["overall"] = {"role": "overall"}
    items["recommend"] = {"role": "recommend", "scale": [0, 10]}
    items["effort"] = {"role": "effort", "scale": [1, 7]}
    for name, (closely, _) in ATTITUDES.items():
        items[name] = {"role": _ROLES[name]} | ({"reversed": True} if closely < 0 else {})
    items["decides_in"] = {"role": "decision_time"}
    items["age"] = {"role": "profile"}
    items["often"] = {"role": "profile"}
    for name, wording in WORDINGS.items():
        items[name]["wording"] = wording
    return {
        "scale": [1, 5],
        "no_answer": {"blank": [BLANK], "not_applicable": [NOT_APPLICABLE], "dont_know": [DONT_KNOW]},
        "attributes": {one.id: ATTRIBUTES[one.id] for one in survey.attributes},
        "invited": len(last),
        **of_all,
        "items": items,
    }


def _shares(values: pd.Series) -> dict[str, float]:
    counts = values.value_counts().sort_index()
    return {str(name): float(count / len(values)) for name, count in counts.items()}


def columns() -> list[str]:
    """The columns of the answers' file that hold an item, as the params name them."""
    return [*(f"{short}_*" for short in _BATTERIES), *WORDINGS]
