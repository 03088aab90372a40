"""WAV files for tests in Python."""

import struct
import wave


def write_wav(path, samples, rate):
    """One channel of 16 bits; full scale is ±1."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", round(32767 * x)) for x in samples))
