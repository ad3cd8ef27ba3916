"""The database apart that the ledger's tests post to: nothing but the ledger is written there."""

from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url
