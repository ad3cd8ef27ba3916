"""Faults that can be expected, as one line and an exit code."""

from typing import Final

FAILED: Final = 1
MISUSED: Final = 2


class CliError(Exception):
    """A fault to be told in one line. `code` is the process's exit status."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def told(error: Exception) -> CliError | None:
    """The error as it is told, or None if it is a bug and its traceback is wanted."""
    # Imported here because all but `--help` and `version` has loaded them by then.
    import asyncpg

    from fondaco.kernel import Unavailable
    from fondaco.kernel.embedded import EmbeddedError
    from fondaco.kernel.migrate import MigrationError
    from fondaco.kernel.ports import PortTaken
    from fondaco.kernel.settings import SettingsError
    from fondaco.payments.providers.sandbox import SandboxError

    if isinstance(error, CliError):
        return error
    if isinstance(error, SettingsError):
        return CliError(str(error), MISUSED)
    if isinstance(error, (EmbeddedError, MigrationError, SandboxError)):
        return CliError(str(error))
    if isinstance(error, PortTaken):
        return CliError(f"{error}; choose another with --port, or --port 0 for any")
    if isinstance(error, Unavailable):
        return CliError(f"the database is away: {error}")
    if isinstance(
        error, (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError)
    ):
        return CliError(f"cannot open the database: {error}")
    if isinstance(error, asyncpg.exceptions.ClientConfigurationError):
        return CliError(f"bad FONDACO_DATABASE_URL: {error}", MISUSED)
    return None
