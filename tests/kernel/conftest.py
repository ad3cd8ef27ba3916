"""The database apart that the kernel's tests write to."""

from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url
