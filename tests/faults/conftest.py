"""Failures of the audit show what differed, like those of a test."""

import pytest

pytest.register_assert_rewrite("tests.faults.audit", "tests.faults.history")
