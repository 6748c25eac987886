"""Activities x factors -> emissions: kernel (the only hot code), routing, scope 2 by both methods."""

from carbon.core.public_names import box_all
from carbon.emissions.calculate import calculate_emissions, outside_the_scopes

__all__ = ["calculate_emissions", "outside_the_scopes"]
box_all(globals(), __all__)
