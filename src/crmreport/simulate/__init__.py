"""Made-up clients whose truth is known: to teach with, to try a report on, and to test the methods.

``simulate`` draws one in memory, ``write_simulated`` writes one to a folder as a client's files, with a
params file that says on every page of a report that nobody in it is real.
"""

from crmreport.simulate.registry import WORLDS, usual_size
from crmreport.simulate.simulated import Simulated, simulate
from crmreport.simulate.stored import stored_lines
from crmreport.simulate.worlds import Brand, Festival, Rhythm, Switch, World
from crmreport.simulate.write import write_simulated

__all__ = [
    "WORLDS",
    "Brand",
    "Festival",
    "Rhythm",
    "Simulated",
    "Switch",
    "World",
    "simulate",
    "stored_lines",
    "usual_size",
    "write_simulated",
]
