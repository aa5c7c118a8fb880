"""Archives → incidents, at the speed of the machine: tables of any size, in slices of time, on as many workers as there
are."""

import trucewatch.geo  # noqa: F401 - names the folder of compiled functions first
