"""Filings: the tables a framework asks for, each a pure function of one inventory and its history.

Usage::

    filing("beges_v5", inventory, history).files()
"""

from __future__ import annotations

from carbon.reports.filings.filing import FORMATS, Filing, filing, reconciliation

__all__ = ["FORMATS", "Filing", "filing", "reconciliation"]
