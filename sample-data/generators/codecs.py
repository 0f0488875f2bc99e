"""Chunks as the original encoders write them: HDF5's own filters (through h5py), zlib, and zstd and LZ4 of Arrow's C++ library.

Run in sample-data/: python generators/codecs.py > codecs.json
"""

import base64
import io
import json
import struct
import zlib

import h5py
import numpy as np
import pyarrow


def values(count, dtype, seed):
    """Smooth, with a stretch of one value and one of noise: literals, short and long copies."""
    random = np.random.default_rng(seed)
    x = np.cumsum(random.integers(-3, 4, count))
    x[count // 3 : count // 2] = 7
    x[-(count // 8) :] = random.integers(0, 30000, count // 8)
    return x.astype(dtype)


def chunk(data, **options):
    """The stored bytes of a dataset of one chunk."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        dataset = file.create_dataset("d", data=data, chunks=data.shape, **options)
        file.flush()
        mask, stored = dataset.id.read_direct_chunk((0,))
        assert mask == 0
        return stored


def lz4_hdf5(raw, block):
    """Filter 32004's framing around LZ4 blocks; what does not shrink stays as it is."""
    out = struct.pack(">QI", len(raw), block)
    for at in range(0, len(raw), block):
        piece = raw[at : at + block]
        packed = pyarrow.Codec("lz4_raw").compress(piece, asbytes=True)
        packed = piece if len(packed) >= len(piece) else packed
        out += struct.pack(">I", len(packed)) + packed
    return out


def main():
    cases = []

    def case(name, codecs, raw, stored):
        text = lambda b: base64.b64encode(b).decode()
        cases.append({"name": name, "codecs": codecs, "raw": text(raw), "stored": text(stored)})

    spec = lambda id, **parameters: {"id": id, "parameters": parameters}
    for dtype in ("u1", "<u2", "<f4", "<f8", "S3"):
        data = values(333, "<i4", 1).astype(dtype)
        raw = data.tobytes()
        size = data.dtype.itemsize
        shuffle = spec("shuffle", elementSize=size)
        deflate = spec("deflate", level=4)
        case(f"deflate of {dtype}", [deflate], raw, chunk(data, compression="gzip"))
        case(f"shuffle and deflate of {dtype}", [shuffle, deflate], raw, chunk(data, compression="gzip", shuffle=True))
        case(f"fletcher32 of {dtype}", [spec("fletcher32")], raw, chunk(data, fletcher32=True))
        case(f"lzf of {dtype}", [shuffle, spec("lzf")], raw, chunk(data, compression="lzf", shuffle=True))
        case(
            f"all of {dtype}",
            [shuffle, deflate, spec("fletcher32")],
            raw,
            chunk(data, compression="gzip", shuffle=True, fletcher32=True),
        )
        case(f"zstd of {dtype}", [spec("zstd", level=3)], raw, pyarrow.Codec("zstd", 3).compress(raw, asbytes=True))
        case(f"lz4 of {dtype}", [spec("hdf5:32004")], raw, lz4_hdf5(raw, 1024))
    noise = np.random.default_rng(5).integers(0, 256, 900, "u1").tobytes()
    case("lz4 of noise", [spec("hdf5:32004")], noise, lz4_hdf5(noise, 400))
    zeros = bytes(9_000)
    case("lz4 of zeros", [spec("hdf5:32004")], zeros, lz4_hdf5(zeros, 1 << 13))
    case("lzf of zeros", [spec("lzf")], zeros, chunk(np.zeros(9_000, "u1"), compression="lzf"))
    twice = zlib.compress(zlib.compress(noise, 1), 9)
    case("deflate twice", [spec("deflate", level=1), spec("deflate", level=9)], noise, twice)
    for count in (1, 2, 3, 719, 720, 721, 1441):
        odd = np.random.default_rng(count).integers(0, 256, count, "u1")
        case(f"fletcher32 of {count} bytes", [spec("fletcher32")], odd.tobytes(), chunk(odd, fletcher32=True))
    full = np.full(1000, 255, "u1")
    case("fletcher32 of ones", [spec("fletcher32")], full.tobytes(), chunk(full, fletcher32=True))
    print("[")
    print(",\n".join(json.dumps(c) for c in cases))
    print("]")


main()
