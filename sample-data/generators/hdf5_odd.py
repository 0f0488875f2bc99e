"""Odd but legal HDF5, written by h5py's low-level calls and read by h5py; one oddity a dataset or file.

Run in sample-data/: python generators/hdf5_odd.py
"""

import ctypes
import glob
import hashlib
import json
import os
import shutil
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

FOLDER = "hdf5-odd"


def library():
    """The HDF5 library that h5py has loaded."""
    return ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*.so*"))[0])


def low_level(file, name, kind, data, memory, shape=None, **options):
    plist = h5p.create(h5p.DATASET_CREATE)
    if "chunks" in options:
        plist.set_chunk(options["chunks"])
    if "filters" in options:
        for code, values in options["filters"]:
            plist.set_filter(code, 0, values)
    if "fill" in options:
        plist.set_fill_value(options["fill"])
    space = h5s.create_simple(shape if shape is not None else data.shape)
    dataset = h5d.create(file.id, name.encode(), kind, space, plist)
    if data is not None:
        dataset.write(h5s.ALL, h5s.ALL, data, memory)
    return dataset


def integer(base, size, precision, offset):
    kind = base.copy()
    kind.set_size(size)
    kind.set_precision(precision)
    kind.set_offset(offset)
    return kind


def float_type(size, sign, exponent_at, exponent, fraction, bias, big=False, norm=None, offset=0, precision=None):
    kind = (h5t.IEEE_F64BE if big else h5t.IEEE_F64LE).copy()
    kind.set_fields(sign + offset, exponent_at + offset, exponent, offset, fraction)
    kind.set_offset(offset)
    kind.set_precision(precision or sign + 1)
    kind.set_size(size)
    kind.set_ebias(bias)
    if norm is not None:
        kind.set_norm(norm)
    return kind


NUMBERS = np.array([0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 1e-7, 3.1e38, np.inf, -np.inf, np.nan, 123456.789])


def write_numbers(file):
    wide = np.array([0, 1, -1, 1000, -1000, 2**22 - 1, -(2**22), 7], "<i8")
    for name, base, size, precision, offset in (
        ("int24", h5t.STD_I32LE, 3, 24, 0),
        ("int24-big", h5t.STD_I32BE, 3, 24, 0),
        ("int23-of-40", h5t.STD_I64LE, 5, 23, 4),
        ("uint24", h5t.STD_U32LE, 3, 24, 0),
        ("uint48-big", h5t.STD_U64BE, 6, 48, 0),
        ("int56", h5t.STD_I64LE, 7, 56, 0),
        ("int23-of-32-big", h5t.STD_I32BE, 4, 23, 5),
    ):
        data = wide if name.startswith("int") else np.abs(wide)
        low_level(file, f"integers/{name}", integer(base, size, precision, offset), data, h5t.NATIVE_INT64)
        low_level(file, f"integers/{name}-chunked", integer(base, size, precision, offset), data, h5t.NATIVE_INT64, chunks=(3,))
    for name, kind in (
        ("float16", h5t.IEEE_F16LE),
        ("float16-big", h5t.IEEE_F16BE),
        ("bfloat16", float_type(2, 15, 7, 8, 7, 127)),
        ("bfloat16-big", float_type(2, 15, 7, 8, 7, 127, big=True)),
        ("float24", float_type(3, 23, 16, 7, 16, 63)),
        ("float8-e4m3", float_type(1, 7, 3, 4, 3, 7)),
        ("float8-e5m2", float_type(1, 7, 2, 5, 2, 15)),
        ("tf32", float_type(4, 18, 10, 8, 10, 127, offset=3)),
        ("float40-big", float_type(5, 39, 30, 9, 30, 255, big=True)),
        ("no-hidden-bit", float_type(4, 31, 23, 8, 23, 127, norm=h5t.NORM_NONE)),
        ("long-double", h5t.NATIVE_LDOUBLE),
    ):
        low_level(file, f"floats/{name}", kind, NUMBERS, h5t.NATIVE_DOUBLE)
        low_level(file, f"floats/{name}-chunked", kind, NUMBERS, h5t.NATIVE_DOUBLE, chunks=(5,), filters=[(2, ()), (1, (6,))])
    file.attrs.create("half", np.array([1.5, -2], "<f2"))


def read_numbers(item):
    """By the library's own conversion."""
    kind = item.id.get_type()
    memory = h5t.NATIVE_INT64 if kind.get_class() == h5t.INTEGER else h5t.NATIVE_DOUBLE
    out = np.empty(item.shape, "i8" if kind.get_class() == h5t.INTEGER else "f8")
    item.id.read(h5s.ALL, h5s.ALL, out, memory)
    return out


def write_filters(file):
    """Filter masks, and chunks that were never written, with a fill value that is not 0."""
    masked = file.create_dataset("masked", (8, 4), ">i4", chunks=(2, 4), compression="gzip", shuffle=True, fletcher32=True, fillvalue=-9)
    raw = np.arange(8, dtype=">i4").reshape(2, 4)
    masked.id.write_direct_chunk((2, 0), raw.tobytes(), filter_mask=7)
    masked[6:8] = raw + 100
    array = np.dtype(("<f4", (3,)))
    arrays = file.create_dataset("arrays", (5,), array, chunks=(2,))
    arrays[2] = np.array([1, 2, 3], "<f4")
    kind = np.dtype([("a", "<i2"), ("b", "<f8"), ("s", "S3")])
    filled = file.create_dataset("structures", (5,), kind, chunks=(2,), fillvalue=np.array((7, 0.25, b"xy"), kind))
    filled[2] = (1, 1.0, b"z")
    low_level(file, "opaque-filled", h5t.create(h5t.OPAQUE, 3), None, None, (4,), chunks=(2,), fill=np.array(b"\x01\x02\x03", "V3"))


def write_arrays_with_fill(file):
    """An array type whose elements have fill values that differ, which h5py has no name for."""
    kind = h5t.array_create(h5t.STD_I16LE, (2, 3))
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((2,))
    values = (ctypes.c_int16 * 6)(1, 2, 3, 4, 5, 6)
    library().H5Pset_fill_value(ctypes.c_int64(plist.id), ctypes.c_int64(kind.id), ctypes.byref(values))
    dataset = h5d.create(file.id, b"array-filled", kind, h5s.create_simple((5,)), plist)
    dataset.write(h5s.create_simple((1,)), hyperslab((5,), (2,), (1,)), np.array([[[9, 8, 7], [6, 5, 4]]], "<i2"), kind)


def hyperslab(shape, start, count):
    space = h5s.create_simple(shape)
    space.select_hyperslab(start, count)
    return space


def write_text(file):
    def text(size, cset, padding):
        kind = h5t.C_S1.copy()
        kind.set_size(size)
        kind.set_cset(cset)
        kind.set_strpad(padding)
        return kind

    latin = np.array([b"caf\xe9", b"na\xefve", b"\xa3 5"], "S6")
    low_level(file, "text/latin-1", text(6, h5t.CSET_ASCII, h5t.STR_NULLPAD), latin, text(6, h5t.CSET_ASCII, h5t.STR_NULLPAD))
    words = np.array(["日本", "é", ""], object)
    file.create_dataset("text/variable-utf-8", data=words, dtype=h5py.string_dtype("utf-8"), chunks=(2,))
    file.attrs["ascii"] = np.bytes_("plain")
    file.attrs["größe"] = "ä"
    file.attrs.create("latin", latin)


def write_committed(file):
    file["types/pair"] = np.dtype([("x", "<f4"), ("y", ">i8")])
    file["types/colour"] = h5py.enum_dtype({"red": 1, "green": 2}, basetype="u1")
    file["types/words"] = h5py.string_dtype()
    file.create_dataset("committed/pairs", data=np.array([(1.5, 2), (2.5, -3)], file["types/pair"].dtype), dtype=file["types/pair"])
    file.create_dataset("committed/colours", data=np.array([1, 2, 1], "u1"), dtype=file["types/colour"], chunks=(2,))
    file["committed/colours"].attrs.create("seen", np.array([2, 2], "u1"), dtype=file["types/colour"])


def write_large_attributes(file):
    """An attribute larger than an object header can hold; a header of many continuations."""
    file.attrs["huge"] = np.arange(15000 if file.libver[0] == "earliest" else 20000, dtype="<i4")
    many = file.create_dataset("continued", data=np.arange(3))
    for i in range(60):
        many.attrs[f"attribute {i:03d}"] = f"{i} " * 5
    file.create_dataset("after", data=np.arange(4))


def write_indexes(file):
    """Chunk indexes of more than one level."""
    deep = file.create_dataset("deep/two-unlimited", (160, 160), "<i2", chunks=(2, 2), maxshape=(None, None), fillvalue=5)
    deep[::2, :] = np.arange(80 * 160, dtype="<i2").reshape(80, 160)
    filtered = file.create_dataset(
        "deep/two-unlimited-filtered", (60, 60), "<i2", chunks=(2, 2), maxshape=(None, None), compression="gzip", fillvalue=5
    )
    filtered[1:50, 3:40] = np.arange(49 * 37, dtype="<i2").reshape(49, 37)
    paged = file.create_dataset("deep/paged", (70, 60), "<u2", chunks=(1, 1), fillvalue=3)
    paged[5:40, ::3] = np.arange(35 * 20, dtype="<u2").reshape(35, 20)
    paged = file.create_dataset("deep/paged-filtered", (3000,), "<u2", chunks=(1,), compression="gzip", fillvalue=3)
    paged[1020:1030] = np.arange(10)
    paged[2999] = 77
    extensible = file.create_dataset("deep/extensible", (40000,), "u1", chunks=(1,), maxshape=(None,), fillvalue=1)
    extensible[35000:35100] = np.arange(100)
    extensible[0:5] = 9


def sha(data):
    little = np.ascontiguousarray(data).astype(data.dtype.newbyteorder("<"))
    return hashlib.sha256(little.tobytes()).hexdigest()


def plain(value):
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")
    if isinstance(value, np.void):
        return {name: plain(value[name]) for name in value.dtype.names} if value.dtype.names else bytes(value).hex()
    if isinstance(value, np.ndarray):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else str(float(value))
    if isinstance(value, (int, np.integer)):
        return int(value)
    return str(value)


def describe(name):
    found = {}
    with h5py.File(name) as file:

        def note(path, item):
            if not isinstance(item, h5py.Dataset):
                return
            kind = item.id.get_type()
            if path.startswith(("integers/", "floats/")):
                values = read_numbers(item)
                found[f"/{path}"] = {"shape": list(item.shape), "values": [plain(v) for v in values]}
            elif item.size > 200:
                found[f"/{path}"] = {"shape": list(item.shape), "sha256": sha(item[()])}
            elif kind.get_class() == h5t.STRING and not kind.is_variable_str():
                raw = np.empty(item.shape, f"S{kind.get_size()}")
                item.id.read(h5s.ALL, h5s.ALL, raw, kind)
                found[f"/{path}"] = {"shape": list(item.shape), "values": [plain(bytes(v)) for v in raw]}
            else:
                values = item[()]
                found[f"/{path}"] = {"shape": list(values.shape), "values": [plain(v) for v in values.ravel()]}

        file.visititems(note)
    return found


WRITERS = {
    "numbers": (write_numbers, ("earliest", "latest")),
    "chunks": (lambda file: (write_filters(file), write_arrays_with_fill(file)), ("latest", "latest")),
    "text": (write_text, ("earliest", "latest")),
    "committed": (write_committed, ("latest", "latest")),
    "large-attributes": (write_large_attributes, ("earliest", "earliest")),
    "large-attributes-dense": (write_large_attributes, ("latest", "latest")),
    "indexes": (write_indexes, ("latest", "latest")),
}


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.mkdir(FOLDER)
    os.chdir(FOLDER)
    expected = {}
    for name, (write, bounds) in WRITERS.items():
        if bounds[1] == "earliest":
            bounds = ("earliest", "v108")
        with h5py.File(f"{name}.h5", "w", libver=bounds) as file:
            for group in ("integers", "floats", "text"):
                if name in ("numbers", "text"):
                    file.require_group(group)
            write(file)
        expected[f"{name}.h5"] = describe(f"{name}.h5")
    with open("expected.json", "w") as out:
        json.dump(expected, out, indent=1, sort_keys=True, ensure_ascii=False)
        out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
