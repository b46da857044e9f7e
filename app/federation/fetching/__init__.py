"""The only way out: what this node asks of others goes through one guarded door."""

from app.federation.fetching.connection import Outbound
from app.federation.fetching.fetcher import EnteredService, GuardedFetcher
from app.federation.fetching.port import Fetched, Fetcher, FetchFailed, FetchRefused, Limits, Wanted

__all__ = [
    "EnteredService",
    "FetchFailed",
    "FetchRefused",
    "Fetched",
    "Fetcher",
    "GuardedFetcher",
    "Limits",
    "Outbound",
    "Wanted",
]
