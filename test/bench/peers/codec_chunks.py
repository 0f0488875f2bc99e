"""Chunks for the benchmark of codecs, and how fast their own C libraries decode them.

Usage: codec_chunks.py make FOLDER | codec_chunks.py time FOLDER NAME REPEATS
"""

import json
import os
import sys
import time

import numpy as np
from numcodecs import LZ4, Blosc, Zlib, Zstd, blosc

blosc.use_threads = False

CODECS = {
    "zstd": Zstd(3),
    "deflate": Zlib(4),
    "lz4": LZ4(),
    "blosc-lz4-shuffle": Blosc("lz4", 5, Blosc.SHUFFLE),
    "blosc-lz4-bitshuffle": Blosc("lz4", 5, Blosc.BITSHUFFLE),
    "blosc-blosclz-shuffle": Blosc("blosclz", 5, Blosc.SHUFFLE),
    "blosc-zstd-shuffle": Blosc("zstd", 5, Blosc.SHUFFLE),
}


def temperatures(steps=16):
    """Smooth in latitude and longitude, a random walk along each row, kept to a hundredth of a kelvin: (time, 180, 360) float32."""
    random = np.random.default_rng(0)
    latitude = np.radians(np.linspace(-90, 90, 180))[:, None]
    longitude = np.radians(np.linspace(0, 360, 360))[None, :]
    fields = [
        280
        + 30 * np.cos(latitude)
        + 5 * np.sin(longitude * 3 + np.radians(5 * step)) * np.cos(latitude * 2)
        + np.cumsum(random.normal(0, 0.05, (180, 360)), axis=1)
        for step in range(steps)
    ]
    return np.round(np.array(fields), 2).astype("<f4")


def main():
    folder = sys.argv[2]
    if sys.argv[1] == "make":
        os.makedirs(folder, exist_ok=True)
        values = temperatures()
        values.tofile(f"{folder}/raw")
        for name, codec in CODECS.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(codec.encode(values))
        print(json.dumps(list(CODECS)))
        return
    codec = CODECS[sys.argv[3]]
    with open(f"{folder}/{sys.argv[3]}", "rb") as file:
        stored = file.read()
    out = np.empty(os.path.getsize(f"{folder}/raw"), "u1")
    codec.decode(stored, out)
    started = time.process_time()
    for _ in range(int(sys.argv[4])):
        codec.decode(stored, out)
    print((time.process_time() - started) / int(sys.argv[4]))


main()
