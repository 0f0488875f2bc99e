"""Zarr stores, with the JSON that the tests compare. Usage: zarr_stores.py OUT (OUT/zarr-contract is made anew)

Written and read back by zarr-python; metadata that it cannot write are laid out as JSON first, and it reads them all the same.
Zip files are zarr-python's own, but for `deflated.zip`, a folder packed as `zip -r` would.
"""
import json
import math
import os
import shutil
import sys
import zipfile

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, TransposeCodec, ZstdCodec

out = os.path.join(sys.argv[1], "zarr-contract")
shutil.rmtree(out, ignore_errors=True)
os.makedirs(out)


def plain(x, dtype):
    if dtype.fields:
        return {name: plain_field(x[name], dtype[name]) for name in dtype.names}
    if dtype.kind == "b":
        return int(x)
    if dtype.kind in "iu":
        return str(int(x)) if dtype.itemsize == 8 else int(x)
    if dtype.kind in "Mm":
        return str(int(np.asarray(x).astype(dtype.newbyteorder("=")).view("i8")))
    if dtype.kind == "f":
        x = float(x)
        return x if math.isfinite(x) else "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    if dtype.kind == "c":
        return [float(x.real), float(x.imag)]
    if dtype.kind == "S":
        return bytes(x).decode()
    if dtype.kind == "V":
        return bytes(x).hex()
    return str(x)


def plain_field(x, dtype):
    if dtype.subdtype:
        return [plain_field(y, dtype.base) for y in x] if len(dtype.shape) == 1 else [[plain(z, dtype.base) for z in y] for y in x]
    return bool(x) if dtype.kind == "b" else plain(x, dtype)


def name_of(dtype):
    if dtype.fields:
        return "compound"
    kinds = {"S": "string", "U": "string", "O": "string", "T": "string", "V": "opaque", "M": "int64", "m": "int64"}
    return kinds[dtype.kind] if dtype.kind in kinds else dtype.newbyteorder("=").name


def attribute(value):
    values = value if isinstance(value, list) else [value]
    kinds = {"bool" if isinstance(x, bool) else "string" if isinstance(x, str) else "float64" if isinstance(x, float) else "int32" for x in values}
    dtype = kinds.pop() if len(kinds) == 1 else "float64"
    return {"dtype": dtype, "values": [x if not isinstance(x, float) or math.isfinite(x) else plain(x, np.dtype("f8")) for x in values]}


TIMES = {"M": ("ns", "nanoseconds since 1970-01-01"), "m": ("s", "seconds")}


def describe(store, path_in_store=None):
    root = zarr.open(store, mode="r", **({"path": path_in_store} if path_in_store else {}))
    nodes = [("", root), *sorted(root.members(max_depth=None))] if isinstance(root, zarr.Group) else [("", root)]
    dimensions, variables, groups, lists = {}, {}, [], {}
    for key, node in nodes:
        if isinstance(node, zarr.Group):
            groups.append("/" + key)
            continue
        attrs = dict(node.attrs)
        names = attrs.pop("_ARRAY_DIMENSIONS", None) or list(getattr(node.metadata, "dimension_names", None) or [None] * node.ndim)
        dims = [name or f"dim_{d}" for d, name in enumerate(names)]
        group = "/" + key.rsplit("/", 1)[0] + "/" if "/" in key else "/"
        for dim, length in zip(dims, node.shape):
            dimensions[group + dim] = {"length": length, "unlimited": False}
        data = np.asarray(node[...])
        dtype = data.dtype
        attributes = {name: attribute(value) for name, value in attrs.items()}
        if dtype.kind == "M":
            attributes |= {"units": attribute(TIMES["M"][1]), "calendar": attribute("proleptic_gregorian")}
        if dtype.kind == "m":
            attributes |= {"units": attribute(TIMES["m"][1])}
        if dtype.kind in "Mm":
            attributes["_FillValue"] = {"dtype": "int64", "values": [str(-(2**63))]}
        if node.metadata.zarr_format == 2 and "_ARRAY_DIMENSIONS" in node.attrs and node.fill_value is not None and dtype.kind in "iuf":
            attributes["_FillValue"] = {"dtype": name_of(dtype), "values": [plain(node.fill_value, dtype)]}
        variable = {"dtype": name_of(dtype), "dims": dims, "shape": list(node.shape), "attributes": attributes}
        values = [plain(x, dtype) for x in data.ravel()]
        # Lists and complex numbers have a test of their own.
        if dtype.kind in "cUOT" or key == "records/wide":
            lists["/" + key] = values
        else:
            variable["values"] = values
        variables["/" + key] = variable
    attrs = dict(root.attrs) if isinstance(root, zarr.Group) else {}
    return {
        "format": "zarr",
        "version": root.metadata.zarr_format,
        "dimensions": dimensions,
        "groups": groups or ["/"],
        "attributes": {name: attribute(value) for name, value in attrs.items()},
        "variables": variables,
        **({"lists": lists} if lists else {}),
    }


def write_expected(name, store=None, path_in_store=None):
    with open(os.path.join(out, name + ".json"), "w") as file:
        json.dump(describe(store or os.path.join(out, name), path_in_store), file, indent=1)


def ramp(shape, dtype):
    count = math.prod(shape)
    return (np.arange(count) * 3 - 40).astype(dtype).reshape(shape)


TEXT = np.array(["", "a", "über", "☃", "five!"], dtype=object)
TYPES = ["|b1", "|i1", ">i2", "<i4", ">i8", "|u1", "<u2", ">u4", "<u8", "<f2", ">f2", ">f4", "<f8", "<c8", ">c16"]


def v2(root):
    root.attrs.update({"title": "every type of version 2", "count": 3, "scale": 1.0, "flags": [1, 2], "mixed": [1, 2.5], "nan": float("nan"), "yes": True})
    types = root.create_group("types")
    types.attrs["kind"] = "plain numbers"
    for dtype in TYPES:
        values = ramp((5,), "f8") if dtype[1] not in "bu" else np.arange(5)
        a = types.create_array(dtype[1:] + ("_big" if dtype[0] == ">" else ""), shape=(5,), chunks=(2,), dtype=dtype, compressors=None, attributes={"_ARRAY_DIMENSIONS": ["x"]})
        a[...] = values.astype(dtype)
    text = root.create_group("text")
    for name, dtype in [("s", "|S6"), ("u_little", "<U5"), ("u_big", ">U5")]:
        a = text.create_array(name, shape=(5,), chunks=(3,), dtype=dtype, compressors=None)
        a[...] = np.array([t.encode() if "S" in dtype else t for t in TEXT], dtype=dtype)
    a = text.create_array("varying", shape=(5,), chunks=(2,), dtype="str", compressors=numcodecs.Zlib(1))
    a[...] = TEXT
    a = text.create_array("varying_f", shape=(5, 3), chunks=(2, 2), dtype="str", compressors=None, order="F")
    a[...] = np.array(list("abcdefghijklmno"), dtype=object).reshape(5, 3)
    times = root.create_group("times")
    a = times.create_array("at", shape=(3,), chunks=(2,), dtype="<M8[ns]", compressors=None)
    a[...] = np.array(["2001-02-03T04:05:06", "NaT", "1969-12-31"], dtype="M8[ns]")
    a = times.create_array("for", shape=(3,), chunks=(2,), dtype=">m8[s]", compressors=None)
    a[...] = np.array([1, -2, 3], dtype="m8[s]")
    layouts = root.create_group("layouts")
    fortran = layouts.create_array("fortran", shape=(5, 7), chunks=(2, 3), dtype="<i2", order="F", compressors=numcodecs.Zlib(1), attributes={"_ARRAY_DIMENSIONS": ["y", "x"]})
    fortran[...] = ramp((5, 7), "i2")
    sparse = layouts.create_array("sparse", shape=(5, 7), chunks=(2, 3), dtype="<f4", fill_value=-9.5, compressors=None, attributes={"_ARRAY_DIMENSIONS": ["y", "x"], "units": "K"})
    sparse[2:4, 0:3] = 1.5
    nested = layouts.create_array("slashes", shape=(4, 7), chunks=(2, 4), dtype="|u1", chunk_key_encoding={"name": "v2", "separator": "/"}, filters=[numcodecs.Delta("|u1")], compressors=numcodecs.GZip(1), attributes={"_ARRAY_DIMENSIONS": ["y4", "x"]})
    nested[...] = np.arange(28).reshape(4, 7)
    scalar = layouts.create_array("scalar", shape=(), chunks=(), dtype="<f8", compressors=None)
    scalar[...] = 2.5
    layouts.create_array("nothing", shape=(0, 3), chunks=(1, 3), dtype="<i4", attributes={"_ARRAY_DIMENSIONS": ["none", "three"]})
    records = root.create_group("records")
    for name, dtype in [("plain", [("a", "<i2"), ("b", ">f8"), ("c", "|S3")]), ("wide", [("name", "<U3"), ("n", "|u1")])]:
        a = records.create_array(name, shape=(4,), chunks=(3,), dtype=np.dtype(dtype), compressors=None)
        a[0:3] = np.array([(i, i / 2, b"x%d" % i) if name == "plain" else ("é%d" % i, i) for i in range(3)], dtype=dtype)
    raw = records.create_array("raw", shape=(4,), chunks=(3,), dtype="|V2", compressors=None)
    raw[...] = np.frombuffer(b"abcdefgh", dtype="V2")
    missing = root.create_group("missing")
    for name, dtype, fill in [
        ("nan", "<f4", np.nan), ("infinite", ">f8", -np.inf), ("long", "<i8", -(2**62) - 1), ("most", "<u8", 2**64 - 1), ("true", "|b1", True),
        ("half", "<f2", 1.5), ("text", "<U3", "né"), ("bytes", "|S3", b"ab"), ("raw", "|V2", np.void(b"xy")),
    ]:  # fmt: skip
        missing.create_array(name, shape=(3,), chunks=(2,), dtype=dtype, fill_value=np.array(fill, dtype=dtype)[()])


def v3(root):
    root.attrs.update({"title": "every type of version 3", "valid_range": [0.0, 10.0]})
    types = root.create_group("types")
    for dtype in TYPES:
        values = ramp((5,), "f8") if dtype[1] not in "bu" else np.arange(5)
        a = types.create_array(dtype[1:] + ("_big" if dtype[0] == ">" else ""), shape=(5,), chunks=(2,), dtype=dtype, compressors=None, dimension_names=["x"])
        a[...] = values.astype(dtype)
    text = root.create_group("text")
    a = text.create_array("varying", shape=(5,), chunks=(2,), dtype="str", compressors=[ZstdCodec(level=1)])
    a[...] = TEXT
    a = text.create_array("sharded", shape=(5,), chunks=(1,), shards=(2,), dtype="str", fill_value="none")
    a[0:2] = TEXT[3:5]
    for name, dtype in [("s", "|S6"), ("u", "<U5")]:
        a = text.create_array(name, shape=(5,), chunks=(3,), dtype=dtype, compressors=None)
        a[...] = np.array([t.encode() if "S" in dtype else t for t in TEXT], dtype=dtype)
    times = root.create_group("times")
    a = times.create_array("at", shape=(3,), chunks=(2,), dtype="<M8[ns]", compressors=None)
    a[...] = np.array(["2001-02-03T04:05:06", "NaT", "1969-12-31"], dtype="M8[ns]")
    layouts = root.create_group("layouts")
    for name, encoding in [("dots", {"name": "default", "separator": "."}), ("old", {"name": "v2", "separator": "."}), ("old_slashes", {"name": "v2", "separator": "/"})]:
        a = layouts.create_array(name, shape=(3, 5), chunks=(2, 3), dtype="<i2", chunk_key_encoding=encoding, compressors=[GzipCodec(level=1)], dimension_names=["y", "z"])
        a[...] = ramp((3, 5), "i2")
    a = layouts.create_array("transposed", shape=(3, 5, 4), chunks=(2, 3, 4), dtype="<f4", filters=[TransposeCodec(order=(2, 0, 1))], serializer=BytesCodec(endian="big"), compressors=[BloscCodec(cname="lz4")], dimension_names=["y", "z", None])
    a[...] = ramp((3, 5, 4), "f4")
    a = layouts.create_array("scalar", shape=(), chunks=(), dtype="<i8")
    a[...] = -(2**60) - 1
    layouts.create_array("sparse", shape=(3, 5), chunks=(2, 3), dtype="<f4", fill_value=np.nan, dimension_names=["y", "z"])[2:, :3] = 4.0


def sharded(root):
    for where in ("start", "end"):
        for name, codec, shape in [
            ("plain", ShardingCodec(chunk_shape=(2, 3), codecs=[BytesCodec(), ZstdCodec()], index_location=where), (4, 6)),
            ("bare", ShardingCodec(chunk_shape=(2, 3), codecs=[BytesCodec(endian="big")], index_codecs=[BytesCodec(endian="big")], index_location=where), (4, 6)),
            ("nested", ShardingCodec(chunk_shape=(4, 6), codecs=[ShardingCodec(chunk_shape=(2, 3), codecs=[BytesCodec(), Crc32cCodec()], index_location=where)]), (8, 12)),
        ]:  # fmt: skip
            a = root.create_array(f"{name}_{where}", shape=(9, 13), chunks=shape, dtype="<i4", serializer=codec, compressors=None, filters=None, fill_value=-1, dimension_names=["y", "x"])
            a[:5] = ramp((5, 13), "i4")


def zip_of(name, version, make, consolidate):
    store = zarr.storage.ZipStore(os.path.join(out, name), mode="w")
    root = zarr.create_group(store, zarr_format=version)
    make(root)
    if consolidate:
        zarr.consolidate_metadata(store)
    store.close()
    write_expected(name, zarr.storage.ZipStore(os.path.join(out, name), mode="r"))


def folder_of(name, version, make, marker):
    path = os.path.join(out, name)
    root = zarr.create_group(path, zarr_format=version)
    make(root)
    if marker == ".zmetadata":
        zarr.consolidate_metadata(path)
    write_expected(name)


def small(version):
    def make(root):
        root.attrs["title"] = "a store of a few arrays"
        lat = np.array([10.0, 20.0, 30.0])
        named = lambda *dims: {"dimension_names": dims} if version == 3 else {"attributes": {"_ARRAY_DIMENSIONS": list(dims)}}
        root.create_array("lat", data=lat, chunks=(3,), compressors=None, **named("lat"))
        a = root.create_array("t", shape=(3, 4), chunks=(2, 2), dtype="<i2", fill_value=-99, compressors=None, **named("lat", "lon"))
        a[:2] = ramp((2, 4), "i2")
        deeper = root.create_group("g").create_group("h e")
        deeper.create_array("t", data=np.arange(6, dtype=">u2").reshape(2, 3), chunks=(1, 3), compressors=None)

    return make


zip_of("v2.zip", 2, v2, True)
zip_of("v3.zip", 3, v3, False)
zip_of("sharded.zip", 3, sharded, True)
folder_of("v2-walked.zarr", 2, small(2), ".zgroup")
folder_of("v2-consolidated.zarr", 2, small(2), ".zmetadata")
folder_of("v3-walked.zarr", 3, small(3), "zarr.json")

# One folder down, deflated, with the folders themselves as members and a comment at the end.
with zipfile.ZipFile(os.path.join(out, "deflated.zip"), "w", zipfile.ZIP_DEFLATED) as packed:
    for folder, _, files in sorted(os.walk(os.path.join(out, "v2-walked.zarr"))):
        inside = os.path.relpath(folder, out)
        packed.writestr(zipfile.ZipInfo(inside + "/", (2020, 1, 1, 0, 0, 0)), b"")
        for file in sorted(files):
            info = zipfile.ZipInfo(inside + "/" + file, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, open(os.path.join(folder, file), "rb").read())
    packed.comment = b"PK\x05\x06 is no end of anything here"
shutil.copy(os.path.join(out, "v2-walked.zarr.json"), os.path.join(out, "deflated.zip.json"))

# An array at the root.
path = os.path.join(out, "root-array.zip")
store = zarr.storage.ZipStore(path, mode="w")
zarr.create_array(store, data=ramp((4, 5), "i4"), chunks=(2, 2), zarr_format=3, dimension_names=["y", "x"])
store.close()
write_expected("root-array.zip", zarr.storage.ZipStore(path, mode="r"))
