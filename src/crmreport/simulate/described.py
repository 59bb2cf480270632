"""What a params file of a simulated client says, in each language: its names, and what its world breaks."""

from __future__ import annotations

Said = dict[str, str]


def _said(english: str, simplified: str, traditional: str) -> Said:
    return {"en": english, "zh-Hans": simplified, "zh-Hant": traditional}


CLIENT = _said("Simulated client", "模拟企业", "模擬企業")

WORLDS: dict[str, Said] = {
    "pareto-nbd": _said("customers as the models have them", "顾客行为与模型一致", "顧客行為與模型一致"),
    "seasonal": _said("a strong season", "季节性明显", "季節性明顯"),
    "rhythms": _said("regular and clumpy buyers", "购买节奏各异", "購買節奏各異"),
    "switching": _said("a change of brands", "顾客转换品牌", "顧客轉換品牌"),
    "no-dropout": _said("nobody leaves", "无顾客流失", "無顧客流失"),
}
"""What sets each world apart, as the client's name tells it."""

CAVEATS: dict[str, Said] = {
    "": _said(
        "Every customer, sale and brand in this report was drawn by a program from rules whose truth is "
        "known. It shows what the methods find, and nothing of any business.",
        "本报告中的顾客、交易和品牌全部由程序按已知规则随机生成，只用于说明分析方法能够发现什么，不反映任何企业的实际情况。",
        "本報告中的顧客、交易和品牌全部由程式按已知規則隨機生成，只用於說明分析方法能夠發現什麼，不反映任何企業的實際情況。",
    ),
    "pareto-nbd": _said(
        "Customers buy at random at rates of their own and leave for good at a moment that nobody sees.",
        "每位顾客按各自的频率随机购买，并在某个无人知晓的时刻永久流失。",
        "每位顧客按各自的頻率隨機購買，並在某個無人知曉的時刻永久流失。",
    ),
    "seasonal": _said(
        "All customers buy more in December and less in June: a quiet summer is no sign of leaving.",
        "全体顾客在十二月购买较多、六月购买较少，夏季购买减少并不意味着流失。",
        "全體顧客在十二月購買較多、六月購買較少，夏季購買減少並不意味著流失。",
    ),
    "rhythms": _said(
        "Some customers buy at regular intervals, some at random, and some several times in a row with long "
        "pauses between.",
        "一部分顾客定期购买，一部分随机购买，还有一部分会集中购买数次后长期沉寂。",
        "一部分顧客定期購買，一部分隨機購買，還有一部分會集中購買數次後長期沉寂。",
    ),
    "switching": _said(
        "On one day, many customers of one brand turn to another of the same client for good.",
        "自某一天起，一个品牌的许多顾客永久转向同一企业的另一个品牌。",
        "自某一天起，一個品牌的許多顧客永久轉向同一企業的另一個品牌。",
    ),
    "no-dropout": _said(
        "No customer ever leaves: who has been silent for long is merely slow.",
        "没有任何顾客流失，长期没有购买的顾客只是购买间隔较长。",
        "沒有任何顧客流失，長期沒有購買的顧客只是購買間隔較長。",
    ),
}

NAMES: dict[str, Said] = {
    "Skin care": _said("Skin care", "护肤", "護膚"),
    "Make-up": _said("Make-up", "彩妆", "彩妝"),
    "Hair care": _said("Hair care", "洗护发", "洗護髮"),
    "Body care": _said("Body care", "身体护理", "身體護理"),
    "Fragrance": _said("Fragrance", "香水", "香水"),
    "North": _said("North", "北区", "北區"),
    "East": _said("East", "东区", "東區"),
    "South": _said("South", "南区", "南區"),
    "West": _said("West", "西区", "西區"),
    "store": _said("Stores", "门店", "門市"),
    "online": _said("Website", "官网", "官網"),
    "app": _said("App", "App", "App"),
    "F": _said("Women", "女", "女"),
    "M": _said("Men", "男", "男"),
    "age": _said("Age", "年龄", "年齡"),
}
