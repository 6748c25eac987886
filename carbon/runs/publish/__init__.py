"""The one writer: sets, side files, journals, ledgers and new projects are written by these functions and no others."""

from carbon.runs.publish.durable import append_lines, write_atomic, write_file
from carbon.runs.publish.identity import MANIFEST
from carbon.runs.publish.locks import Lock
from carbon.runs.publish.sets import Stage, clean_leftovers, current_set, has_leftovers, put_in_force

__all__ = ["MANIFEST", "Lock", "Stage", "append_lines", "clean_leftovers", "current_set", "has_leftovers",
           "put_in_force", "write_atomic", "write_file"]
