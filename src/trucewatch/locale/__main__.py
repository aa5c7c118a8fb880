"""`python -m trucewatch.locale`: the catalogues from the code."""

import sys

from trucewatch.locale.catalogues import main

sys.exit(main())
