"""What is set of a whole client beside its sales: what its customers feel, are asked and answer.

Plain values without a draw; the worlds of ``registry`` hold them, and ``truth.json`` writes them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Attitude:
    """What a customer feels: a standard normal draw, higher is better, that nobody sees.

    One standard deviation more multiplies the rate of buying by exp(``on_rate``) and that of leaving by
    exp(-``on_leaving``); the means over all customers stay. ``on_brand``: how much more is felt for a brand
    that gets all of a customer's lines than for one that gets none.
    """

    on_rate: float = 0.35
    on_leaving: float = 0.5
    on_brand: float = 1.2


@dataclass(frozen=True)
class Attribute:
    """Something a survey asks about. ``weight``: by how much one point more of its perception raises the log
    odds of a better answer on overall satisfaction; ``level``: how well it is done, in standard deviations;
    ``expected``: the same of the expectation; ``stated``: of the importance that people say it has."""

    id: str
    dimension: str | None
    weight: float
    level: float
    expected: float
    stated: float
    not_applicable: float = 0.0


ATTRIBUTES = (
    Attribute("quality", "reliability", weight=1.60, level=0.3, expected=1.0, stated=1.2),
    Attribute("promises", "reliability", weight=0.30, level=0.0, expected=0.8, stated=0.6),
    Attribute("advice", "assurance", weight=1.10, level=-0.7, expected=0.6, stated=0.3),
    Attribute("safety", "assurance", weight=0.15, level=0.4, expected=1.1, stated=1.3),
    Attribute("speed", "responsiveness", weight=0.50, level=-0.2, expected=0.5, stated=0.4),
    Attribute(
        "returns", "responsiveness", weight=0.25, level=-0.5, expected=0.4, stated=0.1, not_applicable=0.15
    ),
    Attribute("knows-me", "empathy", weight=0.70, level=-0.6, expected=0.1, stated=-0.2),
    Attribute("rewards", "empathy", weight=0.10, level=-0.8, expected=0.3, stated=0.8),
    Attribute("shop", "tangibles", weight=0.05, level=0.3, expected=0.2, stated=-0.3),
    Attribute("packaging", "tangibles", weight=0.00, level=0.1, expected=-0.1, stated=-0.5),
    Attribute("value", None, weight=0.90, level=-0.3, expected=0.7, stated=1.0),
)


@dataclass(frozen=True)
class Wave:
    """One round of the survey: the day it begins, and what is done better than at first, by attribute."""

    id: str
    begins: date
    better: dict[str, float]


@dataclass(frozen=True)
class Mode:
    """A way of asking: the ``share`` of those invited, how much more (in log odds) they ``answer``, and how
    much kinder they are to whoever asks (in standard deviations of a perception)."""

    id: str
    share: float
    answer: float
    kinder: float


@dataclass(frozen=True)
class Survey:
    """Who is asked what, who answers, and how.

    - In each of ``waves`` a random ``invited`` share of those who bought in the year before is asked. They
      answer with the log odds ``answer`` + ``by_value`` x how often they bought (standardised) +
      ``by_feeling`` x what they feel + ``by_extremes`` x (its square less 1) + what the mode adds. Since
      who feels well and who buys much answer more often, the answers are better than the customers think.
    - A perception is one of five ordered classes of a normal: ``halo`` of it is what all perceptions of a
      person have in common (of that, ``by_attitude`` is what is felt), some is its dimension's, by ``holds``
      (how closely a perception goes with its dimension), the rest its own. Each class of age is ``older``
      kinder than the one before.
    - Overall satisfaction is an ordered logit of the perceptions with the weights of ``attributes``, cut at
      ``cuts`` above its middle; recommendation one of the same sum times ``to_recommend``, and of what is
      felt times ``felt``.
    - ``straight`` of those who answer give one answer to every question of a battery, without reading;
      each question is left ``blank`` by so many, and ``unknown`` are the answers “don't know” to what one
      may not know.
    - ``by_brand``: whether each is asked about the brand bought most; else about the client.
    """

    waves: tuple[Wave, ...]
    invited: float = 0.8
    answer: float = -1.7
    by_value: float = 0.35
    by_feeling: float = 0.5
    by_extremes: float = 0.15
    modes: tuple[Mode, ...] = (
        Mode("online", 0.60, 0.0, 0.0),
        Mode("telephone", 0.25, 0.5, 0.25),
        Mode("paper", 0.15, -0.4, 0.0),
    )
    attributes: tuple[Attribute, ...] = ATTRIBUTES
    halo: float = 0.5
    by_attitude: float = 0.6
    older: float = 0.12
    holds: tuple[tuple[str, float], ...] = (
        ("reliability", 0.88),
        ("assurance", 0.88),
        ("responsiveness", 0.88),
        ("empathy", 0.88),
        ("tangibles", 0.55),
    )
    cuts: tuple[float, ...] = (-7.0, -4.6, -2.0, 2.6)
    to_recommend: float = 0.45
    felt: float = 1.0
    recommend_cuts: tuple[float, ...] = (-6.6, -5.8, -5.0, -4.2, -3.4, -2.5, -1.6, -0.5, 0.9, 2.4)
    straight: float = 0.05
    blank: float = 0.01
    unknown: float = 0.03
    by_brand: bool = False


@dataclass(frozen=True)
class Trial:
    """A campaign whose effect is known: whoever is ``contacted`` buys by ``lift`` more often during it.

    ``by_lot``: half of those who bought in the year before are drawn by lot, the others are left alone; else
    the third that bought most often is contacted, as is usual, and no group was drawn.
    """

    id: str
    starts: date
    days: int
    lift: float
    by_lot: bool
    cost: float


@dataclass(frozen=True)
class Outreach:
    """How customers are written to, from ``begins`` on, and what it does to them.

    - Each week, who has bought within ``active_days`` and not refused gets a Poisson number of messages
      (at most 4), ``weekly`` on average and ``by_rate`` times as many for one standard deviation more of the
      logarithm of the rate of buying: who buys most is written to most.
    - A message brings an order within the week with probability ``respond`` x exp(-``fatigue`` x (k - 1)),
      k being the messages and trials' contacts of that week; its coupon is redeemed then.
    - A week of k contacts makes somebody refuse all others with probability ``refuse`` x exp(``annoyed`` x
      (k - 1)).
    - ``calls``: follow-up calls planned a week for each hundred customers; each unit keeps its share.
    """

    begins: date
    trials: tuple[Trial, ...]
    active_days: int = 240
    weekly: float = 0.4
    by_rate: float = 1.35
    respond: float = 0.03
    fatigue: float = 0.45
    refuse: float = 0.0015
    annoyed: float = 0.6
    calls: float = 0.5
    kept: tuple[tuple[str, float], ...] = (("Advice centre", 0.85), ("Stores", 0.60))


@dataclass(frozen=True)
class Service:
    """Complaints and enquiries, and what becomes of who complained.

    - An order is followed by a complaint with log odds ``complain`` - ``by_feeling`` x what is felt, and by
      an enquiry with probability ``enquire``; it is opened ``days`` later on average.
    - A complaint is solved with log odds ``solve`` + ``by_rate`` x the (standardised) logarithm of the rate
      of buying: good customers are served better.
    - After the last complaint was opened, each later order happens with probability ``kept_solved`` or
      ``kept_unsolved``, so that a solved complaint multiplies the rate of buying by their ratio.
    - Of the unsolved, ``unsolvable`` are closed with a reason, the others stay open; ``again`` of the solved
      are opened again. An unsolved complaint makes a year's perceptions of promises and returns worse by
      ``hurt``.
    """

    complain: float = -4.1
    by_feeling: float = 0.4
    enquire: float = 0.025
    days: float = 3.0
    solve: float = 0.7
    by_rate: float = 0.6
    kept_solved: float = 0.95
    kept_unsolved: float = 0.55
    unsolvable: float = 0.75
    again: float = 0.08
    hurt: float = 0.9
    respond_within_hours: int = 24
    resolve_within_days: int = 7


@dataclass(frozen=True)
class Card:
    """A member card: one point for each ``money`` spent; ``step`` points or a multiple of them are used at
    the till with probability ``use`` once there are enough, each ``worth`` so much money. What was earned in
    a year and is not used lapses at the end of the next, oldest first."""

    money: float = 10.0
    step: int = 200
    use: float = 0.5
    worth: float = 0.05


@dataclass(frozen=True)
class Leads:
    """How some customers came: ``through`` of them as leads, by channel with its share and the part of its
    leads that become customers; the others are given up after ``days``, or still open."""

    through: float = 0.3
    channels: tuple[tuple[str, float, float], ...] = (
        ("counter", 0.5, 0.45),
        ("hotline", 0.3, 0.30),
        ("mini-programme", 0.2, 0.15),
    )
    days: float = 60.0
    assigned: float = 0.7


@dataclass(frozen=True)
class Staff:
    """Who works there, and what they say in a survey: ``a_store`` in each shop, others in ``units``, each
    with the level of its satisfaction (in standard deviations)."""

    a_store: int = 3
    units: tuple[tuple[str, int, float], ...] = (("Advice centre", 24, 0.3), ("CRM team", 12, 0.0))
    stores_level: float = -0.3
    answer: float = 0.75
