"""What the past implies: models, fits, and how they did on their own past."""
