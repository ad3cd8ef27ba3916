"""The statements of the pages."""

from fondaco.kernel import load_sql

sql = load_sql("fondaco.web")
