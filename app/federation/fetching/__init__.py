"""The only way out: what this node asks of others goes through one guarded door."""

from app.federation.fetching.fetcher import GuardedFetcher
from app.federation.fetching.port import Fetched, Fetcher, FetchFailed, FetchRefused, Limits, Wanted
from app.federation.fetching.posting import EnteredService
from app.federation.fetching.target import Outbound

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
