"""Where the packaged program begins."""

import multiprocessing

from verifier.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
