"""What a whole client has besides its sales, drawn in the order in which one thing brings the other about.

Messages and campaigns bring orders; complaints follow orders and cost later ones; only then is it known what
was sold, and what is told of it: points, cases, returns, answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmreport.simulate.cases import Complained, case_table, draw_complaints, truth_table
from crmreport.simulate.known import of_points, of_recovery, of_scores
from crmreport.simulate.leads import draw_leads
from crmreport.simulate.lines import customer_ids, draw_lines, product_table, store_table
from crmreport.simulate.outreach import (
    Reached,
    arm_table,
    campaign_ids,
    campaign_table,
    contact_table,
    dated,
    draw_outreach,
    mailing,
)
from crmreport.simulate.people import Codes, Floats, People, coded
from crmreport.simulate.points import draw_points
from crmreport.simulate.purchases import Orders, merged
from crmreport.simulate.returns import with_returns
from crmreport.simulate.staffing import draw_staff_survey, staff_table
from crmreport.simulate.survey import draw_survey
from crmreport.simulate.worlds import World

Streams = Mapping[str, np.random.Generator]


@dataclass(frozen=True)
class Drawn:
    """``lines``, the client's further ``tables``, those of the truth (``true``), what is ``known`` of it in
    numbers, and the day on which each customer refused messages (``refused``: infinite for who never did;
    None where nobody is written to)."""

    lines: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    true: dict[str, pd.DataFrame]
    known: dict[str, Any]
    refused: Floats | None


def draw_client(world: World, people: People, feeling: Floats, orders: Orders, streams: Streams) -> Drawn:
    """All that comes of the customers' own ``orders``."""
    tables: dict[str, pd.DataFrame] = {}
    true: dict[str, pd.DataFrame] = {}
    known: dict[str, Any] = {}
    n = len(people)
    reached, place = None, np.full(len(orders), -1)
    if world.outreach is not None:
        reached = draw_outreach(world, people, orders, rng=streams["outreach"])
        orders, place = merged(orders, reached.orders)
    complained = None
    if world.service is not None:
        complained = draw_complaints(world, people, feeling, orders, rng=streams["complaints"])
        orders, place = orders.of(complained.kept), place[complained.kept]
    lines = draw_lines(world, people, orders, rng=streams["lines"])
    if reached is not None:
        _add_outreach(world, reached, orders, place, n, tables, true)
    if complained is not None:
        cases = case_table(world, complained, lines, n, rng=streams["cases"])
        tables["cases"], true["cases"] = cases, truth_table(complained, cases)
        known["recovery"] = of_recovery(world, complained)
    if world.card is not None:
        tables["points"] = draw_points(world, world.card, lines, n, rng=streams["points"])
        known["points"] = of_points(tables["points"])
    if world.returned:
        lines = with_returns(world, lines, rng=streams["returns"])
    _add_voices(world, people, feeling, lines, complained, streams, tables, true, known)
    return Drawn(lines, tables, true, known, None if reached is None else reached.refused)


def _add_outreach(
    world: World,
    reached: Reached,
    orders: Orders,
    place: Codes,
    customers: int,
    tables: dict[str, pd.DataFrame],
    true: dict[str, pd.DataFrame],
) -> None:
    """Campaigns, their groups, contacts, coupons, and the coupons redeemed in orders that did happen."""
    tables["campaigns"] = campaign_table(world)
    tables["arms"] = arm_table(world, reached, customers)
    tables["contacts"] = contact_table(world, reached, customers)
    cause = np.where(place >= 0, reached.cause[place], -1)
    answer = np.flatnonzero(cause >= 0)
    messages = reached.messages
    responded = np.zeros(len(messages), dtype=bool)
    responded[cause[answer]] = True
    tables["redemptions"] = _redeemed(world, reached, orders, answer, cause[answer], customers)
    mails = tables["campaigns"].loc[tables["campaigns"]["campaign_type"] == "mailing", "campaign_id"]
    coupons = mails.to_frame().merge(product_table(world)[["product_id"]], how="cross")
    tables["coupons"] = coupons.assign(coupon_id="c-" + coupons["campaign_id"])
    true["messages"] = pd.DataFrame(
        {
            "customer_id": coded(messages["customer"].to_numpy(), customer_ids(customers)),
            "sent_on": dated(world, messages["day"].to_numpy(dtype=float)),
            "contacts_of_the_week": messages["k"],
            "responded": responded,
        }
    )


def _redeemed(
    world: World, reached: Reached, orders: Orders, answer: Codes, cause: Codes, customers: int
) -> pd.DataFrame:
    """The coupons of messages (``cause``) used in the orders that answer them (``answer``)."""
    ids = pd.Index(campaign_ids(world))
    sent = mailing(world, reached.messages["day"].to_numpy()[cause])
    table = pd.DataFrame(
        {
            "customer_id": coded(orders.customer[answer], customer_ids(customers)),
            "campaign_id": ids[sent],
            "coupon_id": "c-" + ids[sent],
            "redeemed_on": dated(world, orders.time[answer]),
        }
    )
    return table.drop_duplicates(ignore_index=True)


def _add_voices(
    world: World,
    people: People,
    feeling: Floats,
    lines: pd.DataFrame,
    complained: Complained | None,
    streams: Streams,
    tables: dict[str, pd.DataFrame],
    true: dict[str, pd.DataFrame],
    known: dict[str, Any],
) -> None:
    """Staff, leads and surveys."""
    if world.staff is not None:
        tables["staff"] = staff_table(world.staff, store_table())
    if world.leads is not None:
        assert world.staff is not None
        tables["leads"] = draw_leads(world, world.leads, people, tables["staff"], rng=streams["leads"])
    if world.survey is None:
        return
    cases = None if complained is None else complained.cases
    asked = draw_survey(world, people, feeling, lines, cases, rng=streams["survey"])
    tables["answers"], tables["invitations"] = asked.answers, asked.invitations
    true["invitations"] = asked.truth
    known["scores"] = of_scores(asked.truth)
    if world.staff is not None:
        told = draw_staff_survey(world, world.staff, tables["staff"], world.survey, rng=streams["staff"])
        tables["staff-survey"] = told
