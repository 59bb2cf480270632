"""What a sale is, told from headers and amounts; hand-made columns."""

import pytest

from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.selling import deposits, refunds_in_revenue, revenue_before_coupons, sale_date

MONEY = {"revenue": "paid", "refund": "back"}


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("付款时间", "paid"),
        ("发货时间", "shipped"),
        ("Order date", None),
        ("下单时间", "ordered"),
        ("", None),
    ],
)
def test_what_a_date_is_of(header, meant):
    assert sale_date({"sold_at": header}) == meant


def test_revenue_beside_coupons_is_declared_and_else_not():
    coupon = {"platform_coupon": "平台优惠"}
    assert revenue_before_coupons({"revenue": "实付金额"} | coupon) == "paid"
    assert revenue_before_coupons({"revenue": "Gross sales"} | coupon) == "before_coupons"
    assert revenue_before_coupons({"revenue": "实付金额"}) is None
    assert revenue_before_coupons(coupon) is None


@pytest.mark.parametrize(
    ("paid", "back", "refunds"),
    [
        (["10.00", "8.00", ""], ["10.00", "0.00", "5.00"], "separate"),  # in full, and nothing left
        (["0.00", "¥8.00"], ["¥10.00", ""], "deducted"),  # more than is left
        (["6", "8"], ["-4", "0"], "separate"),
        (["6", "8"], ["", "none"], "separate"),
    ],
)
def test_whether_refunds_are_deducted(paid, back, refunds):
    fields = [Field.of("paid", paid), Field.of("back", back)]
    assert refunds_in_revenue(fields, MONEY) == refunds
    assert refunds_in_revenue(fields, {"revenue": "paid"}) is None


def test_deposits_by_their_words():
    kinds = Field.of("kind", ["定金", "尾款", "Deposit (presale)", None, "balance"])
    assert deposits([kinds], {"payment_kind": "kind"}) == ["Deposit (presale)", "定金"]
    assert deposits([kinds], {}) == []
