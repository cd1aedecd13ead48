"""What every test shares: property tests that a slow machine does not fail.

In CI (where CI is set) they try the same cases each time, so that what lands is decided
by the change and not by chance; on a desk they look further every time.
"""

import os

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
