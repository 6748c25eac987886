"""Activities x factors -> emissions: kernel (the only hot code), routing, scope 2 by both methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.core.public_names import lazy_room

if TYPE_CHECKING:
    from carbon.emissions.calculate import calculate_emissions, outside_the_scopes

__all__ = ["calculate_emissions", "outside_the_scopes"]
__getattr__, __dir__ = lazy_room(__name__, dict.fromkeys(__all__, "calculate"))
