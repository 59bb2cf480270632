"""Personal data in what customers wrote is covered before anything is counted or shown.

What is covered is rather too much than too little: a covered word is lost to a count, an uncovered name is
a harm. No list of patterns finds every name, so nothing that few customers wrote is shown either.
"""

from __future__ import annotations

import re

COVER = "▮"
"""What stands in the text for what was covered."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮許鄧蕭蘇盧蔣賈葉閻鍾譚鄒陸龍錢湯賀賴龔顧喬萬"
)
_COMPOUND = "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|令狐|慕容"
_HAN = "[\u3400-\u9fff]"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
_WORD = r"[A-Z][\w'’-]*"
_NAME = rf"{_WORD}(?:[ \t]+(?:[A-Z]\.|{_WORD})){{0,2}}"
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|sq"
    r"|terrace|crescent|close|highway|hwy|parkway|pkwy)"
)
_STAFF = (
    "客服|店员|店員|导购|導購|员工|員工|销售|銷售|顾问|顧問|店长|店長|经理|經理|主管|老师|老師"
    "|医生|醫生|医师|醫師|美容师|美容師|柜姐|櫃姐"
)
_HONOURED = f"先生|女士|小姐|太太|夫人|阿姨|师傅|師傅|同志|总监|總監|医师|醫師|{_STAFF}"
_PLACE = "路|街|道|巷|弄|村|里|小区|小區|花园|花園|大厦|大廈|大樓|公寓|苑|广场|廣場"
_HOUSE = "号|號|弄|栋|棟|幢|座|室|楼|樓|单元|單元|层|層|户|戶"
_AFTER_A_TITLE = r"(?i:\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madame?|nurse|doctor)\b)\.?[ \t]+"
_INTRODUCED = (
    r"(?i:\b(?:i am|i'm|i’m|this is|called|named|names? (?:is|was)|signed|regards|sincerely|yours|"
    r"(?:spoke|talked|spoken|dealt|deal) (?:to|with)|agent|manager|supervisor|representative|rep|clerk|"
    r"cashier|employee|assistant|salesperson|salesman|saleswoman|consultant|lady|gentleman|"
    r"husband|wife|son|daughter|mother|father|sister|brother|friend)\b)[ \t,:]+"
)

_PATTERNS = tuple(
    (re.compile(pattern), kept)
    for pattern, kept in (
        # An address on the net or by mail.
        (r"(?i)\b[\w.+-]+[ ]?@[ ]?[\w-]+(?:\.[\w-]+)+", ""),
        (r"(?i)\b(?:https?://|www\.)\S+", ""),
        # An account on a messenger.
        (r"(?i)((?:微信|wechat|weixin|qq|支付宝|支付寶|whatsapp|telegram|line ?id)[^\w]{0,3}(?:号|號|id)?"
         r"[\s:：是为為]{0,3})[A-Za-z0-9][\w.-]{3,}", ""),
        # A house in a street.
        (rf"(?i)\b\d+[A-Za-z]?[ \t]+(?:[\w.'’-]+[ \t]+){{1,4}}{_STREET}\b\.?"
         r"(?:[ \t,]+(?:apt|apartment|unit|suite|ste|floor|#)\.?[ \t]*[\w-]+)?", ""),
        (rf"{_HAN}{{1,20}}(?:{_PLACE}){_HAN}{{0,4}}\s*[\d一二三四五六七八九十百零〇A-Za-z-]+\s*(?:{_HOUSE})"
         rf"(?:\s*[\d一二三四五六七八九十百零〇A-Za-z-]+\s*(?:{_HOUSE})?)*", ""),
        # Codes of letters and digits.
        (r"(?i)\b(?=[a-z]*\d)(?=\d*[a-z])[a-z\d-]{5,}\b", ""),
        # Numbers of cards, telephones, persons and orders: five digits and more, however they are parted.
        (r"[+(]?\d(?:[ \t().*-]{0,2}[\dxX*]){4,}", ""),
        # Who says a name, and whose name is said.
        (r"(?i)(\bmy[ \t]+(?:full[ \t]+)?name(?:[ \t]+is|'s|’s)?[ \t:]+)[\w'’-]+(?:[ \t]+[\w'’-]+)?", r"\1"),
        (rf"({_AFTER_A_TITLE}){_NAME}", r"\1"),
        (r"(?i)(\b(?:mr|mrs|ms)\.?[ \t]+)[a-z][\w'’-]+", r"\1"),
        (rf"({_INTRODUCED}){_NAME}", r"\1"),
        (r"((?:我叫|名叫|名字是|名字叫|叫做|姓名|本人叫|署名|联系人|聯繫人|聯絡人|收件人|收货人|收貨人)"
         rf"[\s:：是为為]{{0,3}}){_HAN}(?:·?{_HAN}){{1,3}}", r"\1"),
        (rf"((?:我是|本人|我姓|免贵姓|免貴姓)[\s:：]{{0,2}}){_SURNAME}{_HAN}{{0,2}}"
         r"(?=$|[^\u3400-\u9fff]|先生|女士|小姐)", r"\1"),
        (rf"{_SURNAME}{_HAN}{{0,2}}?(?={_HONOURED})", ""),
        (rf"((?:{_STAFF})(?:叫|是|：|:)?){_SURNAME}{_HAN}{{1,2}}", r"\1"),
        (rf"[小老阿]{_SURNAME}"
         r"(?=$|[^\u3400-\u9fff]|说|說|的|哥|姐|在|跟|和|给|給|告|也|就|又|还|還|却|卻|没|沒|不|很)", ""),
        # What the client covered already.
        (r"(?i)\bx{2,}(?:/x{2,})*(?:/\d+)?", ""),
    )
)  # fmt: skip


_SHOUTED = 0.6


def is_shouted(text: str) -> bool:
    """Whether most Latin letters of a text are capitals, so that a capital tells no name."""
    letters = [one for one in text if one.isalpha() and one.isascii()]
    return sum(one.isupper() for one in letters) > _SHOUTED * len(letters)


def masked(text: str) -> str:
    """``text`` with personal data covered: names after a title, a greeting or a word such as 我叫, mail and
    messenger accounts, streets with a number, and every number of five digits and more (telephones, cards,
    ids, orders).

    A bare name in the middle of a sentence is not found. What is shown of texts therefore has to be in as
    many of them as the smallest group that is shown. A shouted text is taken in small letters.
    """
    text = text.lower() if is_shouted(text) else text
    for pattern, kept in _PATTERNS:
        text = pattern.sub(f"{kept}{COVER}", text)
    return text
