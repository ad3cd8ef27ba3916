"""Importing this does once what every server and provider would do first: load and build."""

import gc

import httpx

from fondaco import serve

serve.describe()  # what Litestar and its plugins load when they are first used
httpx.AsyncHTTPTransport()
gc.freeze()  # so that a fork does not copy pages only to look for garbage
