"""What a params file of a simulated client says, in each language: its names, and what its world breaks."""

from __future__ import annotations

from itertools import product

import pandas as pd

from crmreport.simulate.goods import GOODS
from crmreport.simulate.narratives import WORDS
from crmreport.simulate.worlds import World

Said = dict[str, str]


def said(english: str, simplified: str, traditional: str) -> Said:
    return {"en": english, "zh-Hans": simplified, "zh-Hant": traditional}


CLIENT = said("Simulated client", "模拟企业", "模擬企業")

WORLDS: dict[str, Said] = {
    "pareto-nbd": CLIENT,
    "seasonal": said("Simulated: season", "模拟企业·季节", "模擬企業·季節"),
    "rhythms": said("Simulated: rhythms", "模拟企业·节奏", "模擬企業·節奏"),
    "switching": said("Simulated: switching", "模拟企业·转换", "模擬企業·轉換"),
    "no-dropout": said("Simulated: no leavers", "模拟企业·无流失", "模擬企業·無流失"),
    "beauty-group": said("Simulated beauty group", "模拟美妆集团", "模擬美妝集團"),
    "retail-chain": said("Simulated retail chain", "模拟零售连锁", "模擬零售連鎖"),
}
"""What the client of each world is called: short enough for a title."""

CAVEATS: dict[str, Said] = {
    "": said(
        "Every customer, sale and brand in this report was drawn by a program from rules whose truth is "
        "known. It shows what the methods find, and nothing of any business.",
        "本报告中的顾客、交易和品牌全部由程序按已知规则随机生成，只用于说明分析方法能够发现什么，不反映任何企业的实际情况。",
        "本報告中的顧客、交易和品牌全部由程式按已知規則隨機生成，只用於說明分析方法能夠發現什麼，不反映任何企業的實際情況。",
    ),
    "pareto-nbd": said(
        "Customers buy at random at rates of their own and leave for good at a moment that nobody sees.",
        "每位顾客按各自的频率随机购买，并在某个无人知晓的时刻永久流失。",
        "每位顧客按各自的頻率隨機購買，並在某個無人知曉的時刻永久流失。",
    ),
    "seasonal": said(
        "All customers buy more in December and less in June: a quiet summer is no sign of leaving.",
        "全体顾客在十二月购买较多、六月购买较少，夏季购买减少并不意味着流失。",
        "全體顧客在十二月購買較多、六月購買較少，夏季購買減少並不意味著流失。",
    ),
    "rhythms": said(
        "Some customers buy at regular intervals, some at random, and some several times in a row with long "
        "pauses between.",
        "一部分顾客定期购买，一部分随机购买，还有一部分会集中购买数次后长期沉寂。",
        "一部分顧客定期購買，一部分隨機購買，還有一部分會集中購買數次後長期沉寂。",
    ),
    "switching": said(
        "On one day, many customers of one brand turn to another of the same client for good.",
        "自某一天起，一个品牌的许多顾客永久转向同一企业的另一个品牌。",
        "自某一天起，一個品牌的許多顧客永久轉向同一企業的另一個品牌。",
    ),
    "beauty-group": said(
        "A beauty group with five brands, from the top of the market to its breadth. Who feels well about it "
        "buys more often and stays longer; who is content answers its survey more readily.",
        "一家拥有五个品牌的美妆集团，品牌从高端到大众。对品牌有好感的顾客购买更频繁、留存更久；满意的顾客更愿意回答问卷。",
        "一家擁有五個品牌的美妝集團，品牌從高端到大眾。對品牌有好感的顧客購買更頻繁、留存更久；滿意的顧客更願意回答問卷。",
    ),
    "retail-chain": said(
        "A chain of health and beauty shops with a member card. Who feels well about it buys more often and "
        "stays longer; who is content answers its survey more readily.",
        "一家设有会员卡的个人护理连锁店。对其有好感的顾客购买更频繁、留存更久；满意的顾客更愿意回答问卷。",
        "一家設有會員卡的個人護理連鎖店。對其有好感的顧客購買更頻繁、留存更久；滿意的顧客更願意回答問卷。",
    ),
    "no-dropout": said(
        "No customer ever leaves: who has been silent for long is merely slow.",
        "没有任何顾客流失，长期没有购买的顾客只是购买间隔较长。",
        "沒有任何顧客流失，長期沒有購買的顧客只是購買間隔較長。",
    ),
}

NAMES: dict[str, Said] = {
    "Skin care": said("Skin care", "护肤", "護膚"),
    "Make-up": said("Make-up", "彩妆", "彩妝"),
    "Hair care": said("Hair care", "洗护发", "洗護髮"),
    "Body care": said("Body care", "身体护理", "身體護理"),
    "Fragrance": said("Fragrance", "香水", "香水"),
    "North": said("North", "北区", "北區"),
    "East": said("East", "东区", "東區"),
    "South": said("South", "南区", "南區"),
    "West": said("West", "西区", "西區"),
    "store": said("Stores", "门店", "門市"),
    "online": said("Website", "官网", "官網"),
    "app": said("App", "App", "App"),
    "F": said("Women", "女", "女"),
    "M": said("Men", "男", "男"),
    "age": said("Age", "年龄", "年齡"),
    "Stores": said("Stores", "门店", "門市"),
    "Advice centre": said("Advice centre", "咨询中心", "諮詢中心"),
    "CRM team": said("CRM team", "会员运营", "會員營運"),
    "Online service": said("Online service", "在线客服", "線上客服"),
    "hotline": said("Hotline", "热线", "專線"),
    "counter": said("Counter", "专柜", "專櫃"),
    "mini-programme": said("Mini-programme", "小程序", "小程式"),
    "sms": said("Text message", "短信", "簡訊"),
    "email": said("E-mail", "邮件", "電子郵件"),
    "app-push": said("App message", "App推送", "App推播"),
    "phone": said("Call", "电话", "電話"),
    "mailing": said("Mailing", "例行推送", "例行推播"),
    "trial": said("Trial", "试验活动", "試驗活動"),
    "complaint": said("Complaint", "投诉", "投訴"),
    "enquiry": said("Enquiry", "咨询", "諮詢"),
    "Product": said("Product", "产品", "產品"),
    "Delivery": said("Delivery", "配送", "配送"),
    "Price": said("Price", "价格", "價格"),
    "Staff": said("Staff", "员工", "員工"),
    "Service": said("Service", "服务", "服務"),
    "Use of a product": said("Use of a product", "使用方法", "使用方法"),
    "Order status": said("Order status", "订单状态", "訂單狀態"),
    "Membership": said("Membership", "会员事宜", "會員事宜"),
    "Shop hours": said("Shop hours", "营业时间", "營業時間"),
    "allergy": said("Skin reaction", "皮肤不适", "皮膚不適"),
    "damaged": said("Damaged goods", "货品破损", "貨品破損"),
    "late": said("Late delivery", "配送延误", "配送延誤"),
    "wrong-price": said("Wrong price", "价格有误", "價格有誤"),
    "rude": said("Rude staff", "态度不佳", "態度不佳"),
    "bad-advice": said("Bad advice", "建议不当", "建議不當"),
    "slow-till": said("Long queue", "排队过久", "排隊過久"),
    "out-of-stock": said("Out of stock", "缺货", "缺貨"),
    "replaced": said("Replaced", "换货", "換貨"),
    "refunded": said("Refunded", "退款", "退款"),
    "explained": said("Explained", "解释说明", "解釋說明"),
    "voucher": said("Voucher", "赠券", "贈券"),
    "answered": said("Answered", "已答复", "已答覆"),
    "no-proof": said("No proof of purchase", "无购买凭证", "無購買憑證"),
    "used-up": said("Already used up", "产品已用完", "產品已用完"),
    "discontinued": said("No longer made", "产品已停产", "產品已停產"),
    "not-reached": said("Customer not reached", "联系不上顾客", "聯絡不上顧客"),
    "telephone": said("By telephone", "电话", "電話"),
    "paper": said("On paper", "纸质问卷", "紙本問卷"),
}

CAUSES = {
    "product": ["allergy", "damaged"],
    "service": ["late", "slow-till", "out-of-stock"],
    "staff": ["rude", "bad-advice"],
    "other": ["wrong-price"],
}
"""Which of the complaints' causes is of which kind."""

TRIALS: dict[str, Said] = {
    "trial-spring": said("Spring trial", "春季试验", "春季試驗"),
    "best-buyers": said("Best buyers", "重点顾客活动", "重點顧客活動"),
    "trial-autumn": said("Autumn trial", "秋季试验", "秋季試驗"),
}


ARM_NAMES: dict[str, Said] = {
    "contacted": said("Contacted", "触达组", "觸達組"),
    "control": said("Left out", "留出组", "留出組"),
}


def campaign_names(campaigns: pd.DataFrame) -> dict[str, Said]:
    """What each campaign and the arms of the trials are called: a mailing by its month."""
    named = dict(ARM_NAMES)
    for name in campaigns["campaign_id"]:
        if name in TRIALS:
            named[name] = TRIALS[name]
        elif name.startswith("mail-"):
            year, month = name.removeprefix("mail-").split("-")
            told = f"{year}年{int(month)}月"
            named[name] = said(f"Mailing {year}-{month}", f"{told}推送", f"{told}推播")
    return named


def store_names(stores: pd.DataFrame) -> dict[str, Said]:
    """What each shop is called: its region and a number; the one online by itself."""
    named = {"Online": said("Online shop", "网上商城", "網路商城")}
    for name in stores["store"]:
        region, _, number = str(name).rpartition(" ")
        if region in NAMES:
            _, simplified, traditional = NAMES[region].values()
            named[name] = said(name, f"{simplified}{number}店", f"{traditional}{number}店")
    return named


def product_names(world: World) -> dict[str, Said]:
    """What each product is called: its brand, and what it is."""
    named = {}
    for brand, goods in product(world.brands, GOODS.values()):
        for english, simplified, traditional in goods:
            named[f"{brand.name} {english}"] = said(
                f"{brand.name} {english}", f"{brand.chinese}{simplified}", f"{brand.traditional}{traditional}"
            )
    return named


def word_names() -> dict[str, Said]:
    """What the words of complaints are called."""
    return {word: said(english, word, traditional) for word, (english, traditional) in WORDS.items()}
