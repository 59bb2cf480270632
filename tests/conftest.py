"""What holds for all tests."""

from hypothesis import settings

# Two cores run two tests at a time: how long an example takes says nothing. And CI must not find by
# chance on one day what it missed on another.
settings.register_profile("crmreport", deadline=None, derandomize=True)
settings.load_profile("crmreport")
