"""What customers of a simulated client write when they complain: short sentences in Chinese, by cause."""

from __future__ import annotations

import numpy as np

WRITTEN: dict[str, tuple[str, ...]] = {
    "allergy": ("用了面霜脸上发红，皮肤过敏。", "精华用了两天皮肤过敏，很痒。", "面霜让皮肤发红，不敢再用。"),
    "damaged": ("收到时瓶子破损，液体漏了。", "包装破损，瓶子碎了。", "快递箱子压坏，包装破损。"),
    "late": ("快递太慢，等了一周还没发货。", "快递一直没发货，客服说再等。", "快递晚到，等了很久。"),
    "wrong-price": ("标价和收银价格不一样。", "优惠没有用上，价格多收了。"),
    "rude": ("店员态度很差，不耐烦。", "问问题店员态度冷淡。"),
    "bad-advice": ("店员推荐的面霜不适合我。", "推荐的产品不适合我的皮肤。"),
    "slow-till": ("收银排队太久，只有一个人。", "排队等了很久才结账。"),
    "out-of-stock": ("想买的产品总是缺货。", "页面有货，到店却缺货。"),
}
_CALL_ME = "请回电，我的电话是138{:08}。"
"""Some give away who they are: no report may."""
_WRITE, _TELL = 0.9, 0.05

WORDS = {
    "皮肤": ("skin", "皮膚"),
    "过敏": ("allergy", "過敏"),
    "皮肤 过敏": ("skin allergy", "皮膚 過敏"),
    "发红": ("red", "發紅"),
    "面霜": ("cream", "面霜"),
    "精华": ("serum", "精華"),
    "破损": ("damaged", "破損"),
    "瓶子": ("bottle", "瓶子"),
    "包装": ("packaging", "包裝"),
    "包装 破损": ("damaged packaging", "包裝 破損"),
    "瓶子 破损": ("damaged bottle", "瓶子 破損"),
    "快递": ("courier", "快遞"),
    "发货": ("dispatch", "出貨"),
    "客服": ("service staff", "客服"),
    "价格": ("price", "價格"),
    "优惠": ("discount", "優惠"),
    "店员": ("shop staff", "店員"),
    "态度": ("manner", "態度"),
    "店员 态度": ("staff manner", "店員 態度"),
    "推荐": ("recommended", "推薦"),
    "适合": ("suitable", "適合"),
    "产品": ("product", "產品"),
    "收银": ("till", "收銀"),
    "排队": ("queue", "排隊"),
    "缺货": ("out of stock", "缺貨"),
    "皮肤过敏": ("skin allergy", "皮膚過敏"),
    "晚到": ("came late", "晚到"),
    "快递 晚到": ("courier came late", "快遞 晚到"),
    "产品 总是": ("product always", "產品 總是"),
    "总是": ("always", "總是"),
    "总是 缺货": ("always out of stock", "總是 缺貨"),
    "页面": ("page", "頁面"),
    "太慢": ("too slow", "太慢"),
    "快递 太慢": ("courier too slow", "快遞 太慢"),
    "一周": ("a week", "一週"),
    "箱子": ("box", "箱子"),
    "快递 箱子": ("courier’s box", "快遞 箱子"),
    "箱子 压坏": ("box crushed", "箱子 壓壞"),
    "压坏": ("crushed", "壓壞"),
    "液体": ("liquid", "液體"),
    "收到": ("received", "收到"),
    "价格 多收": ("charged too much", "價格 多收"),
    "多收": ("too much", "多收"),
    "很痒": ("itches", "很癢"),
    "脸上": ("face", "臉上"),
    "面霜 脸上": ("cream on the face", "面霜 臉上"),
    "脸上 发红": ("red in the face", "臉上 發紅"),
    "两天": ("two days", "兩天"),
    "两天 皮肤过敏": ("allergy in two days", "兩天 皮膚過敏"),
    "收银 价格": ("price at the till", "收銀 價格"),
    "一样": ("the same", "一樣"),
    "标价": ("price tag", "標價"),
    "太久": ("too long", "太久"),
    "排队 太久": ("queue too long", "排隊 太久"),
    "收银 排队": ("queue at the till", "收銀 排隊"),
    "结账": ("paying", "結帳"),
    "冷淡": ("cold", "冷淡"),
    "态度 冷淡": ("cold manner", "態度 冷淡"),
    "不耐烦": ("impatient", "不耐煩"),
    "很差": ("bad", "很差"),
    "态度 很差": ("bad manner", "態度 很差"),
    "产品 适合": ("product suits", "產品 適合"),
    "面霜 适合": ("cream suits", "面霜 適合"),
    "推荐 产品": ("product recommended", "推薦 產品"),
    "推荐 面霜": ("cream recommended", "推薦 面霜"),
    "店员 推荐": ("recommended by staff", "店員 推薦"),
    "回电": ("call back", "回電"),
    "皮肤 发红": ("red skin", "皮膚 發紅"),
    "不敢": ("dare not", "不敢"),
    "再用": ("use again", "再用"),
    "不敢 再用": ("dare not use again", "不敢 再用"),
}
"""What the words that come up are in English and in Traditional Chinese."""


def draw_narratives(cause: np.ndarray, complaint: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """What each complaint says, by the name of its ``cause``; None for those who write nothing."""
    n = len(cause)
    writes = complaint & (rng.uniform(size=n) < _WRITE)
    which, number = rng.integers(0, 1_000_000, n), rng.integers(0, 100_000_000, n)
    tells = rng.uniform(size=n) < _TELL
    told = np.full(n, None, dtype=object)
    for at in np.flatnonzero(writes):
        ways = WRITTEN[str(cause[at])]
        told[at] = ways[which[at] % len(ways)] + (_CALL_ME.format(number[at]) if tells[at] else "")
    return told
