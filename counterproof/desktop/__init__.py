"""The Qt pieces that both windows share; PySide6 is imported here, in `wallet.ui` and `verifier.ui` alone."""
