"""What zarr-python writes unasked for every type, and with each of its codecs. Usage: zarr_python.py OUT

OUT/zarr-python-v2.zip, OUT/zarr-python-v3.zip, and OUT/zarr-python.json with the values that it reads from them.
"""
import json
import os
import sys

import numcodecs
import numpy as np
import zarr
import zarr.codecs as zc
import zarr.dtype as zd

out = sys.argv[1]
N = 6
TEXT = np.array(["a", "", "héllo", "x\0y", "😀", "end"])


def plain(x):
    if isinstance(x, np.void):
        return {name: plain(x[name]) for name in x.dtype.names} if x.dtype.fields else bytes(x).hex()
    if isinstance(x, np.ndarray):
        return [plain(y) for y in x]
    if isinstance(x, (np.datetime64, np.timedelta64)):
        return str(int(x.view("i8")))
    if isinstance(x, bytes):
        return x.decode() if isinstance(x, np.bytes_) else x.hex()
    if isinstance(x, np.bool_):
        return bool(x)
    if isinstance(x, (np.int64, np.uint64)):
        return str(int(x))
    if isinstance(x, np.complexfloating):
        return [float(x.real), float(x.imag)]
    return x.item() if isinstance(x, np.generic) else x


def records(version):
    big = "<i2" if version == 3 else ">i2"
    fields = [("t", "<i4"), ("v", "<f8"), ("n", "U4"), ("s", "S3"), ("b", "?"), ("c", "c8"), ("when", "M8[s]"), ("big", big)]
    k = np.arange(18).reshape(N, 3)
    wide = np.zeros(k.shape, dtype=fields)
    wide["t"], wide["v"], wide["b"], wide["c"], wide["big"] = k, k * 1.5, k % 2, k * (1 + 2j), -k
    wide["n"] = [[f"é{x}" for x in row] for row in k]
    wide["s"] = [[b"x%d" % x for x in row] for row in k]
    wide["when"] = k.astype("M8[s]")
    wide["when"][0, 0] = "NaT"
    flat = np.zeros(k.shape, dtype=[("a", "<i4"), ("b", "<f8" if version == 3 else ">f8")])
    flat["a"], flat["b"] = k, k / 4
    return wide, flat


def add_records(root, version):
    wide, flat = records(version)
    for order in "CF" if version == 2 else "C":
        given = {"order": order} if version == 2 else {}
        root.create_array(f"wide_{order}", shape=wide.shape, chunks=(4, 2), dtype=wide.dtype, compressors=None, **given)[...] = wide
        fill = np.array((7, 2.5), dtype=flat.dtype)[()]
        root.create_array(f"flat_{order}", shape=flat.shape, chunks=(4, 2), dtype=flat.dtype, fill_value=fill, compressors=None, **given)[:4] = flat[:4]
    if version == 3:
        nested = np.zeros(N, dtype=[("p", [("x", "<f4"), ("w", "M8[D]")]), ("q", "<u8")])
        nested["p"]["x"], nested["p"]["w"] = np.arange(N) + 0.25, np.arange(N).astype("M8[D]")
        nested["q"] = np.arange(N).astype("u8") + np.uint64(2**63)
        root.create_array("nested", shape=(N,), chunks=(4,), dtype=nested.dtype)[...] = nested


def add_types(root):
    for dtype in ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16", ">i4", ">f8"]:
        root.create_array("type_" + dtype.replace("?", "bool").replace(">", "big_"), data=np.arange(N).astype(dtype))
    for unit in ["ns", "s", "D", "10us"]:
        times = np.arange(N).astype(f"M8[{unit}]")
        times[1] = "NaT"
        root.create_array("datetime_" + unit, data=times)
    root.create_array("timedelta_h", data=np.arange(N).astype("m8[h]"))
    root.create_array("text_U", data=TEXT.astype("U5"))
    root.create_array("text_S", data=np.array([b"a", b"", b"hello", b"zz", b"q", b"end"]))
    root.create_array("text_string", data=TEXT.astype(np.dtypes.StringDType()))
    root.create_array("bytes_fixed", data=np.array([b"abc", b"\0\1\2"] * 3, dtype="V3"))
    root.create_array("bytes_varying", shape=(3,), dtype=zd.VariableLengthBytes())[:] = np.array([b"a", b"", b"x\0z"], dtype=object)
    root.create_array("scalar", data=np.array(2.5))


def add_codecs(root):
    codecs = {
        "blosc": {"compressors": zc.BloscCodec(cname="lz4", shuffle="bitshuffle")},
        "gzip": {"compressors": zc.GzipCodec()},
        "zstd": {"compressors": zc.ZstdCodec(level=3, checksum=True)},
        "crc32c": {"compressors": [zc.GzipCodec(), zc.Crc32cCodec()]},
        "transpose": {"filters": [zc.TransposeCodec(order=(1, 0))]},
        "sharding": {"shards": (4, 6), "chunks": (2, 3)},
        "big": {"serializer": zc.BytesCodec(endian="big")},
        "lz4": {"compressors": zc.LZ4()},
        "bz2": {"compressors": zc.BZ2()},
        "zlib": {"compressors": zc.Zlib()},
        "shuffle": {"compressors": [zc.Shuffle(elementsize=4), zc.Zstd()]},
        "delta": {"filters": [zc.Delta(dtype="float32")]},
        "fletcher32": {"compressors": [zc.Fletcher32()]},
        "adler32": {"compressors": [zc.Adler32()]},
    }
    for name, given in codecs.items():
        root.create_array("codec_" + name, data=np.arange(24).reshape(4, 6).astype("f4"), **given)
    text = np.array(["a", "b", "", "d"], dtype=np.dtypes.StringDType())
    root.create_array("codec_sharded_text", data=text, shards=(4,), chunks=(2,))


def add_objects(root):
    for name, filters in {
        "categories": [numcodecs.Categorize(labels=["", "é", "end"], dtype="<U3")],
    }.items():
        a = root.create_array(name, shape=(N,), chunks=(4,), dtype="<U3", filters=filters, compressors=None)
        a[...] = np.array(["é", "end", "", "other", "end", "é"], dtype="<U3")


expected = {}
for version in (2, 3):
    path = os.path.join(out, f"zarr-python-v{version}.zip")
    if os.path.exists(path):
        os.remove(path)
    store = zarr.storage.ZipStore(path, mode="w")
    root = zarr.create_group(store, zarr_format=version)
    add_records(root, version)
    if version == 2:
        add_objects(root)
    else:
        add_types(root)
        add_codecs(root)
    store.close()
    root = zarr.open_group(zarr.storage.ZipStore(path, mode="r"), mode="r")
    expected[os.path.basename(path)] = {"/" + key: [plain(x) for x in np.asarray(a[...]).ravel()] for key, a in sorted(root.members())}
with open(os.path.join(out, "zarr-python.json"), "w") as file:
    json.dump(expected, file, ensure_ascii=False)
