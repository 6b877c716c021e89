"""Partnership specs in, Word agreements and verdicts out."""

__version__ = "0.2.0"
