"""Names of the arrays that steps pass on: numbers, flags, row numbers and strings, an element a row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]
