"""The exports of ``exports.yml`` with generated cells, and the rule that halves them."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

from crmreport.data.contract import TABLES

FILE = Path(__file__).with_name("exports.yml")
ROWS = 400

USUAL = {
    "customer_id": "member",
    "order_id": "order",
    "product_id": "sku",
    "store_id": "store",
    "channel": "channel",
    "sold_at": "time",
    "quantity": "small",
    "revenue": "money",
    "discount": "fee",
    "coupon_discount": "fee",
    "name": "name",
    "email": "mail",
    "birth_date": "birth",
    "age_years": "age",
    "category": "category",
    "respondent_id": "member",
    "status": "status",
    "gender": "gender",
    "reviewed_at": "time",
}
"""What a canonical column's cells look like where the export says nothing else."""


@dataclass(frozen=True)
class Export:
    """One export: ``truth`` gives the canonical column of each of its columns that has one."""

    name: str
    table: str | None
    truth: dict[str, str]
    columns: dict[str, list[str]]
    held_out: bool


def _is_held_out(entry: dict) -> bool:
    """The rule: half of the names, by their SHA-256, are used in tests alone."""
    return not entry.get("known") and hashlib.sha256(entry["name"].encode()).digest()[0] % 2 == 1


def exports() -> list[Export]:
    return [_export(entry) for entry in yaml.safe_load(FILE.read_text("utf-8"))]


def _export(entry: dict) -> Export:
    rng = random.Random(entry["name"])
    truth: dict[str, str] = {}
    columns: dict[str, list[str]] = {}
    for header, what in entry["columns"].items():
        canonical, _, kind = what.partition("/")
        if what.startswith("~"):
            kind = what[1:]
        else:
            assert canonical in TABLES[entry["table"]].names, (entry["name"], canonical)
            truth[str(header)] = canonical
            kind = kind or USUAL.get(canonical, canonical)
        columns[str(header)] = [_cell(kind, rng, settled) for settled in _settled()]
    return Export(entry["name"], entry["table"], truth, columns, _is_held_out(entry))


@cache
def _settled() -> list[dict[str, str]]:
    """The cells that follow from what was sold, by kind: the same 400 sale lines in every export."""
    rng = random.Random(4)
    return [_by_kind(_row(rng, number)) for number in range(ROWS)]


def _row(rng: random.Random, number: int) -> dict:
    """A sale line among others: two lines an order, a fixed price for each product."""
    order = number // 2
    of_order = random.Random(order * 7 + 1)
    customer = of_order.randrange(90)
    product = rng.randrange(60)
    quantity = rng.choice([1, 1, 1, 1, 2, 3])
    start = datetime(2024, 1, 1, 9)
    return {
        "number": number,
        "order": order,
        "customer": customer,
        "store": of_order.randrange(8),
        "product": product,
        "quantity": quantity,
        "money": quantity * (9.9 + 7.35 * product),
        "time": start + timedelta(days=order % 300, seconds=of_order.randrange(40_000)),
    }


_FIRST = ["Anna", "Ben", "Carla", "David", "Emma", "Felix", "Grace", "Hugo", "Ida", "Jonas"]
_LAST = ["Smith", "Jones", "Taylor", "Brown", "Wilson", "Evans", "Walker", "White", "Hall", "Green"]
_NAMES_ZH = ["王小明", "李雷", "韩梅梅", "张伟", "王芳", "李娜", "刘洋", "陈静", "杨帆", "赵敏"]
_TITLES = ["Rose hand cream", "Mint shampoo 200 ml", "Lip balm honey", "Day cream SPF 30", "Oat body wash"]
_TITLES_ZH = ["玫瑰护手霜", "薄荷洗发水", "蜂蜜润唇膏", "防晒日霜", "燕麦沐浴露"]
_STATUS = ["open", "closed", "pending", "new"]
_STATUS_ZH = ["已完成", "待付款", "已关闭", "处理中"]
_SENTENCE = (
    "I bought this and it did not arrive in time so that I had to call the shop again about number {}."
)
_SENTENCE_ZH = "购买之后一直没有收到货品，联系客服多次也没有得到任何回复，希望尽快处理，编号{}。"


def _by_kind(row: dict) -> dict[str, str]:
    n, when = row["number"], row["time"]
    of_customer = random.Random(row["customer"] + 1)
    return {
        "member": f"M{1000 + row['customer'] * 37}",
        "order": f"SO{500000 + row['order'] * 3}",
        "hash_no": f"#{1001 + row['order']}",
        "sku": f"P-{200 + row['product'] * 11}",
        "store": f"S{row['store'] + 1:02}",
        "plant": str(1000 + row["store"] * 10),
        "shop": ["North", "South", "East", "West", "Hill", "Lake", "Park", "Dock"][row["store"]],
        "shop_zh": [
            "南京路店",
            "人民广场店",
            "徐家汇店",
            "陆家嘴店",
            "静安店",
            "五角场店",
            "虹桥店",
            "中山店",
        ][row["store"]],
        "small": str(row["quantity"]),
        "money": f"{row['money']:.2f}",
        "dollars": f"${row['money']:.2f}",
        "time": f"{when:%Y-%m-%d %H:%M:%S}",
        "offset_time": f"{when:%Y-%m-%d %H:%M:%S} -0500",
        "slash_time": f"{when:%Y/%m/%d %H:%M:%S}",
        "us_time": f"{when:%m/%d/%Y %H:%M}",
        "date": f"{when:%Y-%m-%d}",
        "later_date": f"{when + timedelta(days=20):%Y-%m-%d}",
        "us_date": f"{when:%m/%d/%Y}",
        "uk_date": f"{when:%d/%m/%Y}",
        "de_date": f"{when:%d.%m.%Y}",
        "slash_date": f"{when:%Y/%m/%d}",
        "compact_date": f"{when:%Y%m%d}",
        "hhmmss": f"{when:%H:%M:%S}",
        "digits5": str(12000 + row["customer"] * 13),
        "digits10": str(4900000000 + row["order"]),
        "digits10_repeated": f"{100200 + row['customer'] * 7:010}",
        "digits18_repeated": str(385000000000000000 + row["order"] * 917),
        "digits18": f"{700000 + row['product']:018}",
        "digits8": str(10000000 + row["product"] * 91),
        "digits12": str(690000000000 + row["order"] * 17),
        "unique": f"U{90000 + n * 7}",
        "unique_sku": f"P-{200 + n * 11}",
        "unique_digits18": f"{700000 + n:018}",
        "line_no": str(10 * (1 + n % 2)),
        "ean": _ean(row["product"]),
        "nick": f"tb_{of_customer.randrange(10**7)}",
        "openid": f"o{of_customer.randrange(10**26):027}",
        "mail": f"{_FIRST[n % 10].lower()}.{n}@example.com",
        "mail_repeated": f"c{row['customer']}@example.com",
        "masked_mail": f"c{row['customer'] % 10}***@example.com",
        "phone": f"+1 555 {100 + n % 900} {1000 + n * 7}",
        "phone_cn": str(13800000000 + n * 7919),
        "phone_tw": f"09{12000000 + n * 7919:08}",
        "masked_phone": f"138****{1000 + n}",
        "birth": f"{1950 + n % 55}-{1 + n % 12:02}-{1 + n % 28:02}",
        "blank": "",
        "const": "X1",
        "currency": "USD",
        "url": f"https://example.com/{n}",
        "text": _SENTENCE.format(n),
        "text_zh": _SENTENCE_ZH.format(n),
        "ip": f"10.0.{n % 250}.{n * 7 % 250}",
        "name": f"{_FIRST[n % 10]} {_LAST[n // 10 % 10]}",
        "title": _TITLES[row["product"] % 5],
        "title_zh": _TITLES_ZH[row["product"] % 5],
        "category": ["Lips", "Face", "Hair", "Body"][row["product"] % 4],
        "category_zh": ["唇部", "面部", "头发", "身体"][row["product"] % 4],
        "brand": ["Rosa", "Lily", "Iris", "Viola"][row["product"] % 4],
    }


def _cell(kind: str, rng: random.Random, settled: dict[str, str]) -> str:
    return settled[kind] if kind in settled else _CHANCE[kind](rng)


_CHANCE = {
    "fee": lambda rng: rng.choice(["0.00", "0.00", "0.00", "5.50", "3.00"]),
    "rare_code": lambda rng: rng.choice(["", "", "", "", "WELCOME10", "SPRING"]),
    "status": lambda rng: rng.choice(_STATUS),
    "status_zh": lambda rng: rng.choice(_STATUS_ZH),
    "channel": lambda rng: rng.choice(["web", "app", "store"]),
    "yesno": lambda rng: rng.choice(["yes", "no"]),
    "yesno_zh": lambda rng: rng.choice(["是", "否"]),
    "zero_one": lambda rng: rng.choice("01"),
    "two_digits": lambda rng: str(rng.randrange(10, 16)),
    "two_letters": lambda rng: rng.choice(["CA", "NY", "TX", "WA"]),
    "country": lambda rng: rng.choice(["United Kingdom", "France", "Germany"]),
    "country_code": lambda rng: rng.choice(["GB", "FR", "DE"]),
    "city": lambda rng: rng.choice(["Boston", "Denver", "Austin", "Reno"]),
    "city_zh": lambda rng: rng.choice(["上海", "北京", "广州", "成都"]),
    "zip": lambda rng: str(rng.randrange(10000, 99999)),
    "addr": lambda rng: f"{rng.randrange(1, 400)} High Street",
    "addr_zh": lambda rng: f"中山路{rng.randrange(1, 400)}号",
    "first_name": lambda rng: rng.choice(_FIRST),
    "last_name": lambda rng: rng.choice(_LAST),
    "name_zh": lambda rng: rng.choice(_NAMES_ZH),
    "company_zh": lambda rng: rng.choice(["甲公司", "乙公司", "丙公司"]),
    "gender": lambda rng: rng.choice(["M", "F", "U"]),
    "gender_zh": lambda rng: rng.choice(["男", "女"]),
    "age": lambda rng: str(rng.randrange(18, 80)),
    "number": lambda rng: f"{rng.uniform(0.5, 900):.1f}",
    "signed": lambda rng: str(rng.choice([10, 25, 40, -30, -100])),
    "scale5": lambda rng: str(rng.randrange(1, 6)),
    "tier": lambda rng: rng.choice(["Gold", "Silver", "Basic"]),
    "tier_zh": lambda rng: rng.choice(["金卡", "银卡", "普卡"]),
    "size": lambda rng: rng.choice(["50 ml", "200 ml", "1 kg"]),
    "few_codes": lambda rng: f"C{rng.randrange(12)}",
    "few_titles": lambda rng: rng.choice(_TITLES),
    "few_names": lambda rng: rng.choice(_FIRST),
    "few_questions": lambda rng: rng.choice(["q1", "q2", "q3", "q4"]),
}


def _ean(product: int) -> str:
    body = f"69{1000000000 + product * 7919:010}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return body + str((10 - total % 10) % 10)
