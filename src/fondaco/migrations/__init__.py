"""The migrations: plain SQL, forward only; `fondaco.kernel.migrate` applies them."""
