"""`python -m langnghe` is the command `langnghe`."""

import sys

from langnghe.cli import main

sys.exit(main())
