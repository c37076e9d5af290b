"""One setting for every property: how fast a machine is says nothing about what is true."""

from hypothesis import settings

settings.register_profile("jejak", deadline=None)
settings.load_profile("jejak")
