"""The canonical tables: what each holds, declared once.

A table is declared here and nowhere else; mapping, checks, ingest and the report's data dictionary
all read the declaration. What a column means is the catalogue's message ``data.<table>.<column>``;
``data.column.<column>`` is its short name, the same in every table.
"""

from crmreport.data.contract.columns import AMOUNT as AMOUNT
from crmreport.data.contract.columns import MONEY as MONEY
from crmreport.data.contract.columns import Column as Column
from crmreport.data.contract.columns import ColumnType as ColumnType
from crmreport.data.contract.columns import Table as Table
from crmreport.data.contract.master import BENCHMARKS as BENCHMARKS
from crmreport.data.contract.master import CRM_USAGE as CRM_USAGE
from crmreport.data.contract.master import CUSTOMERS as CUSTOMERS
from crmreport.data.contract.master import MARKET as MARKET
from crmreport.data.contract.master import PRODUCTS as PRODUCTS
from crmreport.data.contract.master import STAFF_MEMBERS as STAFF_MEMBERS
from crmreport.data.contract.master import STORES as STORES
from crmreport.data.contract.master import TARGETS as TARGETS
from crmreport.data.contract.selling import CAMPAIGN_ARMS as CAMPAIGN_ARMS
from crmreport.data.contract.selling import CAMPAIGNS as CAMPAIGNS
from crmreport.data.contract.selling import CHANNEL_COSTS as CHANNEL_COSTS
from crmreport.data.contract.selling import CONTACTS as CONTACTS
from crmreport.data.contract.selling import COUPONS as COUPONS
from crmreport.data.contract.selling import LEADS as LEADS
from crmreport.data.contract.selling import MEMBER_TIERS as MEMBER_TIERS
from crmreport.data.contract.selling import OPPORTUNITIES as OPPORTUNITIES
from crmreport.data.contract.selling import POINTS_LEDGER as POINTS_LEDGER
from crmreport.data.contract.selling import REDEMPTIONS as REDEMPTIONS
from crmreport.data.contract.selling import SALE_LINES as SALE_LINES
from crmreport.data.contract.voice import CASES as CASES
from crmreport.data.contract.voice import INTERACTIONS as INTERACTIONS
from crmreport.data.contract.voice import REFERRALS as REFERRALS
from crmreport.data.contract.voice import REVIEWS as REVIEWS
from crmreport.data.contract.voice import STAFF_SURVEY as STAFF_SURVEY
from crmreport.data.contract.voice import SURVEY_ANSWERS as SURVEY_ANSWERS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SALE_LINES,
        CUSTOMERS,
        PRODUCTS,
        STORES,
        STAFF_MEMBERS,
        CAMPAIGNS,
        CAMPAIGN_ARMS,
        CONTACTS,
        COUPONS,
        REDEMPTIONS,
        POINTS_LEDGER,
        MEMBER_TIERS,
        CHANNEL_COSTS,
        LEADS,
        OPPORTUNITIES,
        SURVEY_ANSWERS,
        CASES,
        INTERACTIONS,
        REVIEWS,
        REFERRALS,
        MARKET,
        BENCHMARKS,
        TARGETS,
        STAFF_SURVEY,
        CRM_USAGE,
    )
}
