"""Chunks as numcodecs and Zarr write them; `raw` is what numcodecs decodes.

Run in sample-data/: python generators/codec_zarr.py > codec-zarr.json
"""

import base64
import bz2
import json
import zlib

import numcodecs
import numpy as np
import zarr
from numcodecs import (
    BZ2,
    LZ4,
    Adler32,
    AsType,
    BitRound,
    Blosc,
    CRC32,
    CRC32C,
    Delta,
    FixedScaleOffset,
    Fletcher32,
    GZip,
    PackBits,
    Quantize,
    Shuffle,
    Zlib,
    Zstd,
)

text = lambda b: base64.b64encode(b).decode()
cases = []


def values(count, dtype, seed=1, top=30000):
    """Smooth, with a stretch of one value and one of noise."""
    random = np.random.default_rng(seed)
    x = np.cumsum(random.integers(-3, 4, count))
    x[count // 3 : count // 2] = 7
    x[-max(1, count // 8) :] = random.integers(0, top, max(1, count // 8))
    return x.astype(dtype)


def parameters(config):
    """Only what a parameter may be."""
    return {k: v for k, v in config.items() if k != "id" and isinstance(v, (int, float, str, bool))}


def case(name, filters, data):
    stored = data
    for codec in filters:
        stored = codec.encode(stored)
    raw = stored
    for codec in reversed(filters):
        raw = codec.decode(raw)
    add(name, [codec.get_config() for codec in filters], bytes(np.ascontiguousarray(raw).view("u1")) if isinstance(raw, np.ndarray) else bytes(raw), bytes(np.ascontiguousarray(stored).view("u1")) if isinstance(stored, np.ndarray) else bytes(stored))


def add(name, configs, raw, stored):
    codecs = [{"id": c["id"], "parameters": parameters(c)} for c in configs]
    cases.append({"name": name, "codecs": codecs, "raw": text(zlib.compress(raw, 9)), "stored": text(stored)})


for compressor in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
    for shuffle in (0, 1, 2):
        case(f"blosc {compressor}, shuffle {shuffle}, in blocks", [Blosc(compressor, 5, shuffle, 4096)], values(2500, "<f4"))
for dtype in ("u1", "<i2", "<f8", "<c16", "S3", "S24", "S40"):
    for shuffle in (1, 2):
        data = values(1111, "<i4").astype(dtype)
        case(f"blosc of {dtype}, shuffle {shuffle}", [Blosc("lz4", 5, shuffle, 2048)], data)
for count in (1, 7, 8, 15, 17, 100, 1000, 1031):
    for shuffle in (1, 2):
        case(f"blosc of {count} values, shuffle {shuffle}", [Blosc("zstd", 5, shuffle, 1024)], values(count, "<i4"))
case("blosc at level 0", [Blosc("lz4", 0, 1)], values(300, "<f4"))
case("blosc of noise", [Blosc("lz4", 5, 1)], np.random.default_rng(2).integers(0, 256, 777).astype("u1"))
case("blosc of zeros", [Blosc("blosclz", 9, 1)], np.zeros(40000, "<f8"))
case("blosclz with far copies", [Blosc("blosclz", 9, 0, 1 << 17)], np.tile(np.random.default_rng(4).integers(0, 256, 9000).astype("u1"), 5))
case("blosclz with long runs", [Blosc("blosclz", 9, 0, 1 << 16)], np.repeat(np.arange(60, dtype="u1"), 997))

for dtype in ("u1", "<f4"):
    data = values(600, "<i4").astype(dtype)
    for codec in (GZip(6), BZ2(1), LZ4(), Zstd(3), Zstd(3, checksum=True), Zlib(1), CRC32(), CRC32C(), Adler32(), Fletcher32()):
        case(f"{codec.codec_id} of {dtype}{' with checksum' if getattr(codec, 'checksum', False) is True else ''}", [codec], data)
    for place in ("start", "end"):
        for codec in (CRC32(location=place), CRC32C(location=place)):
            case(f"{codec.codec_id} at the {place} of {dtype}", [codec], data)
    case(f"shuffle of {dtype}", [Shuffle(data.itemsize), Zlib(1)], data)
for count in (1, 3, 5, 8, 13, 6000):
    data = np.random.default_rng(count).integers(0, 256, count).astype("u1")
    for codec in (CRC32(), CRC32C(), Adler32(), LZ4()):
        case(f"{codec.codec_id} of {count} bytes", [codec], data)
case("lz4 of zeros", [LZ4()], np.zeros(9000, "u1"))
for period in range(1, 36):
    case(f"lz4 of {period} bytes over and over", [LZ4()], np.tile(np.arange(period, dtype="u1"), 900 // period))
raw = bytes(values(700, "<i4"))
add("gzip of two members", [{"id": "gzip"}], raw, __import__("gzip").compress(raw[:1000]) + __import__("gzip").compress(raw[1000:]))
add("bz2 of two streams", [{"id": "bz2"}], raw, bz2.compress(raw[:1000]) + bz2.compress(raw[1000:]))
zeros = bytes(300_000)
add("bz2 of zeros", [{"id": "bz2"}], zeros, bz2.compress(zeros, 1))
add("zstd of two frames", [{"id": "zstd"}], raw, Zstd(1).encode(raw[:1000]) + Zstd(1).encode(raw[1000:]))

for dtype, astype in (("<i4", "<i2"), ("<i4", "<i4"), (">i4", "<i2"), ("<u2", "u1"), ("<i8", "<i8"), ("<f4", "<f4"), ("<f8", "<f8"), ("u1", "i1"), ("<i8", "<i1")):
    case(f"delta of {dtype} as {astype}", [Delta(dtype, astype)], values(200, dtype, top=100))
case("delta of f4 with fractions", [Delta("<f4")], (values(500, "<f8") / 7).astype("<f4"))
for dtype, astype, offset, scale in (("<f4", "<i2", 1000, 10), ("<f8", "u1", -3.5, 2), (">f8", ">i4", 273.15, 100), ("<f4", "<f4", 10, 3), ("<f8", "<i8", 0, 0.001), ("<f4", "u1", 0, 1.5), ("<i4", "<i2", 5, 1)):
    case(f"fixedscaleoffset of {dtype} as {astype}", [FixedScaleOffset(offset, scale, dtype, astype)], (values(150, "<f8", top=90) / 3 + offset).astype(dtype))
case("quantize of <f8 as <f4", [Quantize(2, "<f8", "<f4"), Zlib(1)], values(90, "<f8") / 7)
case("quantize of <f4", [Quantize(1, "<f4")], (values(90, "<f8") / 7).astype("<f4"))
case("quantize of <f4 as <f2", [Quantize(1, "<f4", "<f2")], (values(90, "<f8", top=100) / 7).astype("<f4"))
case("astype of <i8 as <i4", [AsType("<i4", "<i8")], values(90, "<i8"))
case("astype of <f8 as <i2", [AsType("<i2", "<f8")], values(90, "<f8"))
case("astype of <i2 as <f8", [AsType("<f8", "<i2")], values(90, "<i2"))
case("bitround", [BitRound(6), Zlib(1)], (values(90, "<f8") / 7).astype("<f4"))
for count in (1, 7, 8, 9, 200):
    case(f"packbits of {count}", [PackBits()], np.random.default_rng(count).integers(0, 2, count).astype(bool))
case("delta, shuffle, blosc and crc32c", [Delta("<i4", "<i4"), Shuffle(4), Blosc("lz4", 5, 0), CRC32C()], values(400, "<i4"))
case("fixedscaleoffset, packed and checked", [FixedScaleOffset(0, 4, "<f8", "<i2"), Shuffle(2), Zlib(3), Adler32()], values(300, "<f8", top=1000) / 4)

for dtype in ("u1", "<u2", "<f4", "<f8", "<c16", "S3"):
    for shape, order in (((4, 5, 6), (2, 0, 1)), ((4, 5, 6), (2, 1, 0)), ((3, 7), (1, 0)), ((9,), (0,)), ((2, 3, 4, 5), (0, 3, 1, 2)), ((2, 1, 3), (1, 0, 2))):
        if dtype not in ("u1", "<f4") and len(shape) != 3:
            continue
        data = values(int(np.prod(shape)), "<i4").astype(dtype).reshape(shape)
        # Zarr 3 stores the array whose dimension i is the chunk's dimension order[i].
        store = zarr.storage.MemoryStore()
        stored = None
        if dtype != "S3":
            array = zarr.create_array(store, shape=shape, chunks=shape, dtype=dtype, filters=[zarr.codecs.TransposeCodec(order=order)], compressors=None, zarr_format=3, fill_value=0)
            array[...] = data
            key = next(k for k in store._store_dict if k.startswith("c"))
            stored = store._store_dict[key].to_bytes()
        else:
            stored = data.transpose(order).tobytes()
        config = {"id": "transpose", "shape": ",".join(map(str, shape)), "order": ",".join(map(str, order))}
        if stored is not None:
            add(f"transpose of {dtype}, {config['shape']} in order {config['order']}", [config], data.tobytes(), stored)

print("[")
print(",\n".join(json.dumps(c) for c in cases))
print("]")
