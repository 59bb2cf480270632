"""The params file of a simulated client: its files, brands and questionnaire, and that it is simulated."""

from __future__ import annotations

from typing import Any, Literal

import yaml

from crmreport.simulate.described import (
    CAUSES,
    CAVEATS,
    CLIENT,
    NAMES,
    WORLDS,
    campaign_names,
    product_names,
    store_names,
    word_names,
)
from crmreport.simulate.questions import columns as question_columns
from crmreport.simulate.questions import questionnaire
from crmreport.simulate.simulated import Simulated
from crmreport.simulate.worlds import Brand, World

Format = Literal["csv", "parquet"]
Section = dict[str, Any]

_TABLES: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "cases": (
        "cases",
        (
            *("case_id", "customer_id", "opened_at", "responded_at", "resolved_at", "kind", "topic", "cause"),
            *("product_id", "order_id", "channel", "unit", "store_id", "status", "outcome", "reopened"),
            *("compensation", "satisfaction", "unsolved_reason", "advised", "followed_up_at", "narrative"),
        ),
        {},
    ),
    "campaigns": (
        "campaigns",
        ("campaign_id", "campaign_type", "starts_on", "ends_on", "channel", "cost"),
        {"campaign_name": "campaign_id"},
    ),
    "campaign_arms": ("arms", ("campaign_id", "customer_id", "arm", "drawn_by_lot", "assigned_on"), {}),
    "contacts": (
        "contacts",
        ("customer_id", "campaign_id", "contacted_on", "channel", "unit", "planned_on", "kept"),
        {},
    ),
    "coupons": ("coupons", ("coupon_id", "product_id", "campaign_id"), {}),
    "redemptions": ("redemptions", ("customer_id", "campaign_id", "coupon_id", "redeemed_on"), {}),
    "points_ledger": (
        "points",
        ("entry_id", "customer_id", "booked_at", "kind", "points", "expires_on", "order_id", "store_id"),
        {},
    ),
    "leads": (
        "leads",
        (
            *("lead_id", "customer_id", "created_at", "channel", "stage", "status", "closed_on", "staff_id"),
            *("unit", "region"),
        ),
        {},
    ),
    "staff": ("staff", ("staff_id", "role", "unit", "store_id"), {}),
}
"""By canonical table: the file, the columns called alike in both, and those called otherwise."""


def params_text(made: Simulated, format: Format) -> str:
    """The params file of a simulated client, which says on every page that it is one."""
    head = (
        "# Written by “crmreport simulate”: nobody in these files is real.\n"
        f"# World {made.world.id}, {len(made.customers)} customers, seed {made.seed}; "
        "the truth is in truth.json.\n"
    )
    return head + yaml.safe_dump(
        _params(made, format), allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )


def _params(made: Simulated, format: Format) -> Section:
    world = made.world
    survey = world.survey
    asked = {"questionnaire": questionnaire(survey, made.truth.tables["invitations"])} if survey else {}
    return {
        "client": {"id": f"simulated-{world.id}", "name": WORLDS.get(world.id, CLIENT)},
        "simulated": True,
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "tax": "included",
        "languages": ["en", "zh-Hans", "zh-Hant"],
        "sources": _sources(made, format),
        "brands": [
            {
                "id": brand.id,
                "name": {"en": brand.name, "zh-Hans": brand.chinese, "zh-Hant": brand.traditional},
                "where": _whose(brand, by_answer=bool(survey and survey.by_brand)),
            }
            for brand in world.brands
        ],
        "commerce": {"sale_date": "paid", "revenue": "received"},
        **_chapters(world),
        "caveats": [CAVEATS[name] for name in ("", world.id) if name in CAVEATS],
        **asked,
        "names": NAMES
        | store_names(made.stores)
        | product_names(world)
        | (word_names() if world.service else {})
        | (campaign_names(made.tables["campaigns"]) if world.outreach else {}),
    }


def _whose(brand: Brand, *, by_answer: bool) -> Any:
    """Which rows are a brand's: those of its products, and the answers about it."""
    sold = {"manufacturer": brand.name}
    return [sold, {"brand": brand.name}] if by_answer else sold


def _chapters(world: World) -> Section:
    """What the client promises, and which of its causes is of which kind."""
    service = world.service
    if service is None:
        return {}
    promised = {
        "respond_within_hours": service.respond_within_hours,
        "resolve_within_days": service.resolve_within_days,
    }
    card = {} if world.card is None else {"engagement": {"point_value": world.card.worth}}
    return {
        "chapters": {
            "complaints": promised,
            **card,
            "warning": {"causes": CAUSES},
        }
    }


# ---------------------------------------------------------------- the files


def _sources(made: Simulated, format: Format) -> Section:
    def source(name: str, *columns: str, **renamed: str) -> Section:
        same = {column: column for column in columns}
        return {"path": f"simulated-{name}.{format}", "columns": same | renamed}

    refused = ["opt_out"] if "opt_out" in made.customers else []
    sales = ("customer_id", "order_id", "product_id", "store_id", "channel", "sold_at")
    customers = source("customers", "customer_id", "joined_on", "gender", "region", *refused)
    products = source("products", "product_id", "category", product_name="product", manufacturer="brand")
    found = {
        "sale_lines": source("sales", *sales, "quantity", "revenue", "discount", "cost"),
        "customers": customers | {"attributes": ["age"]},
        "products": products,
        "stores": source("stores", "store_id", "region", store_name="store"),
    }
    for table, (name, columns, renamed) in _TABLES.items():
        if name in made.tables:
            found[table] = source(name, *columns, **renamed)
    if "answers" in made.tables:
        brand = ["brand"] if "brand" in made.tables["answers"] else []
        answers = source("answers", "respondent_id", "customer_id", "wave", "mode", "answered_on", *brand)
        kept = {"attributes": brand} if brand else {}
        found["survey_answers"] = answers | kept | {"wide": question_columns()}
        asked = {"interaction_id": "invitation_id", "occurred_at": "invited_on", "channel": "mode"}
        found["interactions"] = source("invitations", "customer_id", **asked) | {
            "constants": {"kind": "survey"}
        }
    if "staff-survey" in made.tables:
        told = source("staff-survey", "respondent_id", "unit", "wave", "answered_on")
        items = [name for name in made.tables["staff-survey"] if name not in told["columns"]]
        found["staff_survey"] = told | {"wide": items}
    return found
