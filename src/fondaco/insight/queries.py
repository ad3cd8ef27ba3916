"""The statements of reports."""

from fondaco.kernel import load_sql

sql = load_sql("fondaco.insight")
