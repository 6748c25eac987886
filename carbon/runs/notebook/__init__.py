"""One notebook run through papermill."""
