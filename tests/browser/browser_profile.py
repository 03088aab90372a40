"""The folder that a browser keeps its things in."""

import time


def remove_profile(folder):
    """Of a browser that has ended: its helpers write a little longer."""
    for _ in range(50):
        try:
            folder.cleanup()
            return
        except OSError:
            time.sleep(0.1)
