"""The trend of past years: models, fits, and their record on the past."""
