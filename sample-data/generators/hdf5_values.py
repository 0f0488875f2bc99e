"""HDF5 datasets of every type that is not a plain number, and those that only HDF5's own library reads; written by h5py.

What h5py reads of them goes into hdf5-values.json: numbers as they are, text as text, structures as objects, sequences and
array members as lists, opaque bytes in hexadecimal.

Run in sample-data/: python generators/hdf5_values.py
"""

import glob
import json
import os
import shutil
import sys

import h5py
import numpy as np


def text_type(size, padding, charset=h5py.h5t.CSET_ASCII):
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    return kind


def low_level(file, name, kind, data, shape=None, chunks=None, memory=None, plist=None):
    plist = plist or h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if chunks:
        plist.set_chunk(chunks)
    space = h5py.h5s.create_simple(shape if shape is not None else data.shape)
    dataset = h5py.h5d.create(file.id, name.encode(), kind, space, plist)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data, memory or kind)
    return dataset


def odd_integer(base, precision, offset):
    kind = base.copy()
    kind.set_precision(precision)
    kind.set_offset(offset)
    return kind


WORDS = ["", "a", "Größe", "日本語", "long " * 30, "end"]


def write_text(file):
    for name, padding in (("terminated", 0), ("nul-padded", 1), ("space-padded", 2)):
        fill = b" " if padding == 2 else b"\0"
        words = np.array([w.ljust(6, fill) for w in (b"", b"ab", b"abcdef"[: 5 if padding == 0 else 6])], "V6")
        low_level(file, f"text/{name}", text_type(6, padding), words)
    utf8 = np.array(["é€".encode().ljust(8, b"\0"), "plain".encode().ljust(8, b"\0")], "V8")
    low_level(file, "text/utf-8", text_type(8, 1, h5py.h5t.CSET_UTF8), utf8)
    chars = file.create_dataset("text/variable", data=WORDS, dtype=h5py.string_dtype())
    assert chars.shape == (6,)
    grid = np.array([[f"{i},{j}" * (1 + i) for j in range(5)] for i in range(3)], object)
    file.create_dataset("text/chunked", data=grid, dtype=h5py.string_dtype(), chunks=(2, 2), compression="gzip", shuffle=True)
    file.create_dataset("text/scalar", data="just one", dtype=h5py.string_dtype("ascii"))
    sparse = file.create_dataset("text/sparse", (7,), h5py.string_dtype(), chunks=(2,), fillvalue="none")
    sparse[2] = "two"
    empty = file.create_dataset("text/sparse-empty", (7,), h5py.string_dtype(), chunks=(2,))
    empty[6] = "six"


def write_sequences(file):
    short = file.create_dataset("sequences/int16", (3,), h5py.vlen_dtype(np.int16))
    short[0], short[2] = [1, -2, 3], [32767]
    wide = file.create_dataset("sequences/chunked", (5, 2), h5py.vlen_dtype(np.float64), chunks=(2, 1))
    wide[4, 1] = [0.5, 1.5]
    wide[0, 0] = np.arange(40)


def write_structures(file):
    pair = np.dtype([("x", ">f4"), ("y", "<i8")])
    kind = np.dtype([("id", "u1"), ("name", "S5"), ("where", pair), ("grid", "<i2", (2, 3))], align=True)
    data = np.zeros(4, kind)
    for i in range(4):
        data[i] = (i, b"n%d" % i, (i / 2, -(2**40) - i), np.arange(6).reshape(2, 3) * i)
    file.create_dataset("structures/fixed", data=data)
    file.create_dataset("structures/chunked", data=data, chunks=(3,), compression="gzip", shuffle=True)
    kind = np.dtype([("tag", h5py.string_dtype()), ("n", "<i4"), ("both", h5py.string_dtype(), (2,))])
    data = np.zeros(3, kind)
    for i in range(3):
        data[i] = ("t" * i, i, np.array([f"{i}a", f"{i}b"], object))
    file.create_dataset("structures/variable", data=data, chunks=(2,))
    sparse = file.create_dataset("structures/sparse", (5,), kind, chunks=(2,))
    sparse[4] = data[1]


def write_rest(file):
    colours = h5py.enum_dtype({"red": 1, "green": -5}, basetype=">i2")
    file.create_dataset("enum", data=np.array([1, -5, 1], ">i2"), dtype=colours)
    file.create_dataset("bool", data=np.array([True, False, True]))
    opaque = h5py.h5t.create(h5py.h5t.OPAQUE, 5)
    opaque.set_tag(b"five bytes")
    low_level(file, "opaque", opaque, np.array([b"\x01\x02\x03\x04\x05", b"\xff\0\0\0\xfe"], "V5"))
    low_level(file, "bitfield", h5py.h5t.STD_B16BE, np.array([0x0102, 0xFF00], ">u2").view("V2"))
    for name, base, dtype, precision, offset in (
        ("signed-12-of-16", h5py.h5t.STD_I16LE, "<i2", 12, 3),
        ("signed-17-of-32-big", h5py.h5t.STD_I32BE, ">i4", 17, 0),
        ("unsigned-40-of-64", h5py.h5t.STD_U64LE, "<u8", 40, 8),
    ):
        data = np.array([0, 1, 1000, -1000 if "un" not in name else 2**39, 7], dtype)
        memory = h5py.h5t.py_create(np.dtype(dtype))
        low_level(file, f"odd/{name}", odd_integer(base, precision, offset), data, memory=memory)
        nbit = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        nbit.set_chunk((3,))
        nbit.set_filter(5, 0, ())
        low_level(file, f"nbit/{name}", odd_integer(base, precision, offset), data, memory=memory, plist=nbit)
    file.create_dataset("half", data=np.array([1.5, -2.0, np.inf], ">f2"))
    file.create_dataset("complex", data=np.array([1 + 2j, -3.5j], "<c8"))
    grid = file.create_dataset("reference-grid", (3, 4), h5py.ref_dtype)
    grid[1, 2] = file["enum"].ref
    file.create_dataset("references", data=np.array([file["enum"].ref, h5py.Reference()], h5py.ref_dtype))


def write_foreign(file):
    """What has no decoder of our own."""
    random = np.random.default_rng(0)
    numbers = random.integers(-500, 500, (20, 30))
    file.create_dataset("foreign/scaleoffset", data=numbers.astype("<i4"), chunks=(7, 8), scaleoffset=0)
    file.create_dataset("foreign/scaleoffset-big", data=numbers.astype(">i2"), chunks=(7, 8), scaleoffset=0)
    file.create_dataset("foreign/scaleoffset-float", data=(numbers / 10).astype("<f4"), chunks=(20, 30), scaleoffset=1)
    with h5py.File("hdf5-values-source.h5", "w") as source:
        source["part"] = np.arange(12, dtype="<i4").reshape(3, 4)
        source.create_dataset("words", data=["x", "yy", "zzz"], dtype=h5py.string_dtype())
    layout = h5py.VirtualLayout((6, 4), "<i4")
    layout[1:4] = h5py.VirtualSource("hdf5-values-source.h5", "part", (3, 4))
    file.create_virtual_dataset("foreign/virtual", layout, fillvalue=-1)
    layout = h5py.VirtualLayout((2, 5), ">f4")
    layout[0, :4] = h5py.VirtualSource(".", "foreign/own", (4,))
    file["foreign/own"] = np.arange(4, dtype=">f4") / 4
    file.create_virtual_dataset("foreign/virtual-big", layout, fillvalue=0.5)
    external = [("hdf5-values-external.bin", 8, 16), ("hdf5-values-external.bin", 0, 8)]
    outside = file.create_dataset("foreign/external", (6,), "<i4", external=external)
    outside[...] = [1, 2, 3, 4, 5, 6]


def plain(value, kind):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.void) and kind.names:
        return {name: plain(value[name], kind[name]) for name in kind.names}
    if isinstance(value, np.void):
        return bytes(value).hex()
    if isinstance(value, (h5py.Reference, h5py.RegionReference)):
        return "reference"
    if isinstance(value, np.ndarray):
        inner = kind.subdtype[0] if kind.subdtype else value.dtype
        return [plain(v, inner) for v in value]
    if isinstance(value, (np.complexfloating, complex)):
        return [float(value.real), float(value.imag)]
    if isinstance(value, (np.floating, float)):
        return float(value) if np.isfinite(value) else str(value)
    if isinstance(value, (np.bool_, bool)):
        return int(value)
    if isinstance(value, (np.integer, int)):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))
    return str(value)


def describe():
    found = {}
    # h5py wants to write where strings lie in arrays of structures.
    shutil.copy("hdf5-values.h5", "hdf5-values-copy.h5")
    with h5py.File("hdf5-values-copy.h5", "r+") as file:

        def note(path, item):
            if not isinstance(item, h5py.Dataset):
                return
            kind = item.id.get_type()
            if kind.get_class() in (h5py.h5t.BITFIELD, h5py.h5t.OPAQUE):
                raw = np.empty(item.shape, f"V{kind.get_size()}")
                item.id.read(h5py.h5s.ALL, h5py.h5s.ALL, raw, kind)
                values = [bytes(v).hex() for v in raw]
                if kind.get_class() == h5py.h5t.BITFIELD:
                    values = [int(v, 16) for v in values]
            else:
                values = [plain(v, item.dtype) for v in np.asarray(item[()]).ravel()]
            found["/" + path] = {"shape": list(item.shape), "values": values}

        file.visititems(note)
    os.remove("hdf5-values-copy.h5")
    return found


def main():
    for path in glob.glob("hdf5-values*"):
        os.remove(path)
    with h5py.File("hdf5-values.h5", "w") as file:
        for group in ("text", "odd", "nbit"):
            file.create_group(group)
        write_text(file)
        write_sequences(file)
        write_structures(file)
        write_rest(file)
        write_foreign(file)
    with open("hdf5-values.json", "w") as out:
        json.dump(describe(), out, indent=1, sort_keys=True, ensure_ascii=False)
        out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
