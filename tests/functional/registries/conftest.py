from tests.functional.federation.conftest import federation, made, services

__all__ = ["federation", "made", "services"]
