"""The service on both databases, with nothing else changed."""

from tests.kit.databases import database, postgresql

__all__ = ["database", "postgresql"]
