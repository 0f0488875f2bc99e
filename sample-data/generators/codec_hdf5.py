"""Chunks of HDF5's own filters (szip, N-bit, scale-offset) and of registered ones (hdf5plugin), with the client data that HDF5
gives them. `raw` is what HDF5 reads back in the file's own type.

Run in sample-data/: python generators/codec_hdf5.py > codec-hdf5.json
"""

import base64
import io
import json
import zlib

import h5py
import hdf5plugin
import numpy as np
from h5py import h5d, h5p, h5s, h5t

text = lambda b: base64.b64encode(b).decode()
cases = []


def values(count, dtype, seed=1, top=30000):
    """Smooth, with a stretch of one value and one of noise."""
    random = np.random.default_rng(seed)
    x = np.cumsum(random.integers(-3, 4, count))
    x[count // 3 : count // 2] = 7
    noise = max(1, count // 8)
    x[-noise:] = random.integers(0, top, noise)
    return x.astype(dtype)


def write(name, data, file_type=None, memory_type=None, chunks=None, filters=(), fill=None, szip=None, high=None):
    """One dataset of one chunk through the low-level interface, or through h5py's with `high`."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        shape = chunks or data.shape
        if high is not None:
            dataset = file.create_dataset("d", data=data, chunks=shape, **high).id
        else:
            file_type = file_type or h5t.py_create(data.dtype)
            memory_type = memory_type or h5t.py_create(data.dtype)
            create = h5p.create(h5p.DATASET_CREATE)
            create.set_chunk(shape)
            if fill is not None:
                create.set_fill_value(np.array(fill, data.dtype))
            for number, parameters in filters:
                create.set_filter(number, h5py.h5z.FLAG_OPTIONAL, parameters)
            if szip:
                create.set_szip(*szip)
            dataset = h5d.create(file.id, b"d", file_type, h5s.create_simple(data.shape), create)
            dataset.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(data), memory_type)
        file.flush()
        create = dataset.get_create_plist()
        pipeline = [create.get_filter(i) for i in range(create.get_nfilters())]
        mask, stored = dataset.read_direct_chunk((0,) * data.ndim)
        own = dataset.get_type()
        assert data.shape == shape
        raw = np.empty(own.get_size() * int(np.prod(shape)), "u1")
        dataset.read(h5s.ALL, h5s.ALL, raw, own)
        codecs = [spec(number, parameters) for number, _, parameters, _ in pipeline]
        cases.append(
            {
                "name": name,
                "codecs": codecs,
                "mask": mask,
                "raw": text(zlib.compress(raw.tobytes(), 9)),
                "stored": text(stored),
            }
        )


NAMES = {1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32015: "zstd"}


def spec(number, parameters):
    numbered = {str(i): v for i, v in enumerate(parameters)}
    named = {}
    if number == 1:
        named, numbered = {"level": parameters[0]}, {}
    if number == 2:
        named, numbered = {"elementSize": parameters[0]}, {}
    if number == 4:
        named = dict(zip(("optionMask", "pixelsPerBlock"), parameters))
    return {"id": NAMES.get(number, f"hdf5:{number}"), "parameters": {**named, **numbered}}


def szip():
    for dtype in ("u1", "<i2", ">i2", "<u4", "<f4", ">f4", "<f8", ">i8"):
        for method in ("nn", "ec"):
            write(f"szip {method} of {dtype}", values(500, "<i4").astype(dtype), high={"compression": "szip", "compression_opts": (method, 8)})
    for pixels in (2, 4, 16, 32):
        write(f"szip of {pixels} pixels per block", values(700, "<i2"), high={"compression": "szip", "compression_opts": ("nn", pixels)})
    for shape in ((7, 33), (5, 100), (3, 130), (40, 8), (2, 3, 50), (1, 9), (2, 5000)):
        data = values(int(np.prod(shape)), "<i4").reshape(shape)
        write(f"szip of rows, {'x'.join(map(str, shape))}", data, high={"compression": "szip", "compression_opts": ("nn", 8)})
    zeros = np.zeros(3000, "<i4")
    write("szip of zeros", zeros, high={"compression": "szip", "compression_opts": ("nn", 16)})
    sparse = zeros.copy()
    sparse[[700, 701, 1990, 2500]] = [1, -1, 40, 2]
    write("szip of few values", sparse, high={"compression": "szip", "compression_opts": ("nn", 16)})
    write("szip ec of few values", sparse, high={"compression": "szip", "compression_opts": ("ec", 8)})
    small = np.random.default_rng(3).integers(0, 3, 4000).astype("u1")
    write("szip ec of small values", small, high={"compression": "szip", "compression_opts": ("ec", 8)})
    write("szip nn of small values", small, high={"compression": "szip", "compression_opts": ("nn", 32)})
    rare = (np.random.default_rng(4).integers(0, 6, 3000) == 0).astype("<u2")
    write("szip nn of rare ones", rare, high={"compression": "szip", "compression_opts": ("nn", 16)})
    write("szip nn of rare changes", np.cumsum(rare).astype("<u2"), high={"compression": "szip", "compression_opts": ("nn", 16)})
    noise = np.random.default_rng(5).integers(0, 256, 900).astype("u1")
    noise = np.concatenate([noise, np.zeros(2000, "u1")])
    write("szip with noise", noise, high={"compression": "szip", "compression_opts": ("nn", 8)})
    for bits in (3, 11, 20):
        kind = h5t.STD_U32LE.copy() if bits > 16 else (h5t.STD_U16LE.copy() if bits > 8 else h5t.STD_U8LE.copy())
        kind.set_precision(bits)
        data = values(600, "<i8", top=2 ** bits) % 2**bits
        data = data.astype(f"<u{kind.get_size()}")
        write(f"szip of {bits} bits", data, file_type=kind, szip=(h5py.h5z.SZIP_NN_OPTION_MASK, 8))
    write("shuffle and szip and fletcher32", values(900, "<f4"), high={"compression": "szip", "shuffle": True, "fletcher32": True})


def integer(size, precision, offset=0, signed=True, order="<"):
    kind = h5t.py_create(np.dtype(f"{order}{'i' if signed else 'u'}{size}")).copy()
    kind.set_precision(precision)
    kind.set_offset(offset)
    return kind


def nbit():
    low = [(5, ())]
    for size, precision, offset, signed, order in (
        (1, 3, 0, False, "<"),
        (1, 5, 2, True, "<"),
        (2, 9, 0, True, "<"),
        (2, 11, 3, False, ">"),
        (4, 17, 5, True, "<"),
        (4, 17, 5, True, ">"),
        (4, 8, 8, False, "<"),
        (8, 33, 7, True, "<"),
        (8, 50, 0, False, ">"),
        (4, 32, 0, True, "<"),
    ):
        dtype = f"{order}{'i' if signed else 'u'}{size}"
        top = 2 ** (precision - 1)
        data = (values(200, "<i8", top=30000) % top).astype(dtype)
        if signed:
            data[::3] = -(data[::3].astype("<i8") % top)
        name = f"nbit of {dtype}, {precision} bits from {offset}"
        write(name, data, file_type=integer(size, precision, offset, signed, order), filters=low)
    for order in "<>":
        kind = h5t.py_create(np.dtype(f"{order}f4")).copy()
        kind.set_fields(26, 20, 6, 7, 13)
        kind.set_offset(7)
        kind.set_precision(20)
        kind.set_ebias(31)
        write(f"nbit of {order}f4, 20 bits", (values(150, "<f4") / 8).astype(f"{order}f4"), file_type=kind, filters=low)
    own = h5t.create(h5t.COMPOUND, 20)
    own.insert(b"a", 0, integer(2, 9))
    own.insert(b"b", 4, integer(4, 13, 6, False, ">"))
    own.insert(b"t", 8, h5t.py_create(np.dtype("S3")))
    own.insert(b"c", 12, h5t.array_create(integer(2, 5, 1, False), (2, 2)))
    memory = np.dtype({"names": ["a", "b", "t", "c"], "formats": ["<i2", ">u4", "S3", ("<u2", (2, 2))], "offsets": [0, 4, 8, 12], "itemsize": 20})
    data = np.zeros(60, memory)
    data["a"] = values(60, "<i8", top=200) % 200 - 100
    data["b"] = values(60, "<i8", 2) % 8000
    data["t"] = [str(i * 7 % 1000).encode() for i in range(60)]
    data["c"] = (values(240, "<i8", 3) % 31).reshape(60, 2, 2)
    write("nbit of a compound", data, file_type=own, memory_type=h5t.py_create(memory), filters=low)
    inner = h5t.create(h5t.COMPOUND, 4)
    inner.insert(b"x", 0, integer(1, 3, 1, False))
    inner.insert(b"y", 2, integer(2, 10, 2, True, ">"))
    nested = h5t.create(h5t.COMPOUND, 16)
    nested.insert(b"p", 2, h5t.array_create(inner, (3,)))
    memory = np.dtype({"names": ["p"], "formats": [(np.dtype({"names": ["x", "y"], "formats": ["u1", ">i2"], "offsets": [0, 2], "itemsize": 4}), (3,))], "offsets": [2], "itemsize": 16})
    data = np.zeros(40, memory)
    data["p"]["x"] = (values(120, "<i8", 4) % 8).reshape(40, 3)
    data["p"]["y"] = (values(120, "<i8", 5) % 500 - 250).reshape(40, 3)
    write("nbit of a nested compound", data, file_type=nested, memory_type=h5t.py_create(memory), filters=low)
    array = h5t.array_create(integer(4, 12, 3, True), (5,))
    data = (values(150, "<i8", 6) % 2000 - 1000).astype("<i4").reshape(30, 5)
    write_array("nbit of an array", data, array, low)
    write("nbit and deflate", (values(300, "<i8") % 500).astype("<i2"), file_type=integer(2, 10), filters=[(5, ()), (1, (6,))])
    write("nbit and shuffle and deflate", (values(300, "<i8") % 500).astype("<i2"), file_type=integer(2, 10), filters=[(5, ()), (2, ()), (1, (6,))])


def write_array(name, data, file_type, filters):
    """Elements that are arrays: the dataset has one dimension less than the data."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        create = h5p.create(h5p.DATASET_CREATE)
        create.set_chunk((len(data),))
        for number, parameters in filters:
            create.set_filter(number, h5py.h5z.FLAG_OPTIONAL, parameters)
        dataset = h5d.create(file.id, b"d", file_type, h5s.create_simple((len(data),)), create)
        dataset.write(h5s.ALL, h5s.ALL, data, h5t.array_create(h5t.py_create(data.dtype), data.shape[1:]))
        file.flush()
        create = dataset.get_create_plist()
        pipeline = [create.get_filter(i) for i in range(create.get_nfilters())]
        mask, stored = dataset.read_direct_chunk((0,))
        raw = np.empty(data.nbytes, "u1")
        dataset.read(h5s.ALL, h5s.ALL, raw, dataset.get_type())
        codecs = [spec(number, parameters) for number, _, parameters, _ in pipeline]
        cases.append({"name": name, "codecs": codecs, "mask": mask, "raw": text(zlib.compress(raw.tobytes(), 9)), "stored": text(stored)})


def scale_offset():
    for dtype in ("i1", "u1", "<i2", ">i2", "<u2", "<i4", ">u4", "<i8", ">i8", "<u8"):
        data = (values(200, "<i8") % 100).astype(dtype)
        write(f"scaleoffset of {dtype}", data, high={"scaleoffset": 0})
        write(f"scaleoffset of {dtype}, 5 bits", data % 30, high={"scaleoffset": 5})
        with_fill = data.copy()
        with_fill[::5] = 99
        write(f"scaleoffset of {dtype} with a fill value", with_fill, high={"scaleoffset": 0, "fillvalue": 99})
    for dtype in ("<f4", ">f4", "<f8", ">f8"):
        data = (values(200, "<f8") / 37 - 3).astype(dtype)
        for digits in (0, 2, 4, -1):
            write(f"scaleoffset of {dtype}, {digits} digits", data, filters=[(6, (0, digits & 0xFFFFFFFF))])
        data[::4] = -999.25
        write(f"scaleoffset of {dtype} with a fill value", data, filters=[(6, (0, 3))], fill=-999.25)
    for dtype in ("<i4", "<f4", ">i2", "<f8"):
        constant = np.full(90, 42, dtype)
        write(f"scaleoffset of one value, {dtype}", constant, filters=[(6, (0 if "f" in dtype else 2, 0))])
        write(f"scaleoffset of nothing but the fill value, {dtype}", constant, filters=[(6, (0 if "f" in dtype else 2, 0))], fill=42)
    full = np.random.default_rng(6).integers(-(2**31), 2**31, 100).astype("<i4")
    full[:2] = -(2**31), 2**31 - 1
    write("scaleoffset of the full range", full, high={"scaleoffset": 0})
    full = np.random.default_rng(6).integers(-(2**63), 2**63 - 1, 100).astype("<i8")
    full[:2] = -(2**63), 2**63 - 1
    write("scaleoffset of the full range of int64", full, high={"scaleoffset": 0})
    wide = np.random.default_rng(7).integers(-(2**50), 2**50, 100).astype("<i8")
    write("scaleoffset of 51 bits", wide, high={"scaleoffset": 0})
    huge = np.array([1e30, -1e30, 3, 4] * 10, "<f4")
    write("scaleoffset of floats too far apart", huge, filters=[(6, (0, 3))])
    write("scaleoffset and shuffle and deflate", values(300, "<i4"), high={"scaleoffset": 0, "shuffle": True, "compression": 4})


def plugins():
    wide = values(9000, "<f4")
    for compressor in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
        for shuffle in (0, 1, 2):
            data = values(1100, "<f4")
            write(f"blosc {compressor}, shuffle {shuffle}", data, high=dict(hdf5plugin.Blosc(cname=compressor, shuffle=shuffle)))
            write(f"blosc2 {compressor}, filter {shuffle}", data, high=dict(hdf5plugin.Blosc2(cname=compressor, filters=shuffle)))
    try:
        write("blosc snappy", values(1100, "<f4"), high=dict(hdf5plugin.Blosc(cname="snappy", shuffle=1)))
    except ValueError:
        pass
    for size in ("u1", "<i2", "<f8", "S3", "S16", "S24"):
        for filters in (1, 2, 3):
            write(f"blosc2 of {size}, filter {filters}", values(700, "<i4").astype(size), high=dict(hdf5plugin.Blosc2(cname="lz4", filters=filters)))
        for shuffle in (1, 2):
            write(f"blosc of {size}, shuffle {shuffle}", values(700, "<i4").astype(size), high=dict(hdf5plugin.Blosc(cname="lz4", shuffle=shuffle)))
    write("blosc2 truncated", values(700, "<f4"), high=dict(hdf5plugin.Blosc2(cname="zstd", filters=4)))
    write("blosc2 of zeros", np.zeros(5000, "<f4"), high=dict(hdf5plugin.Blosc2()))
    write("blosc2 of NaN", np.full(5000, np.nan, "<f4"), high=dict(hdf5plugin.Blosc2()))
    write("blosc2 of one value", np.full(5000, 7.5, "<f8"), high=dict(hdf5plugin.Blosc2()))
    write("blosc2 of two dimensions", np.arange(150 * 200, dtype="<i4").reshape(150, 200) // 9, high=dict(hdf5plugin.Blosc2(cname="zstd")))
    blocks = np.arange(7 * 300 * 411, dtype="<i4").reshape(7, 300, 411) // 700
    write("blosc2 of three dimensions in blocks", blocks, high=dict(hdf5plugin.Blosc2(cname="zstd", clevel=9)))
    write("blosc of noise", np.random.default_rng(8).integers(0, 256, 500).astype("u1"), high=dict(hdf5plugin.Blosc()))
    for dtype in ("u1", "<i2", "<f4", "<f8", "S3"):
        for compressor in ("none", "lz4", "zstd"):
            for count in (5, 1003):
                data = values(count, "<i4").astype(dtype)
                write(f"bitshuffle {compressor} of {count} {dtype}", data, high=dict(hdf5plugin.Bitshuffle(cname=compressor)))
    for nelems in (64, 256):
        for compressor in ("none", "lz4"):
            write(f"bitshuffle {compressor} in blocks of {nelems}", values(1003, "<f4"), high=dict(hdf5plugin.Bitshuffle(nelems=nelems, cname=compressor)))
    write("bitshuffle lz4 of noise", np.random.default_rng(9).integers(0, 2**31, 3000).astype("<i4"), high=dict(hdf5plugin.Bitshuffle()))
    for dtype in ("u1", "<f4"):
        write(f"bzip2 of {dtype}", values(900, "<i4").astype(dtype), high=dict(hdf5plugin.BZip2()))
        write(f"lz4 of {dtype}", values(900, "<i4").astype(dtype), high=dict(hdf5plugin.LZ4()))
        write(f"zstd of {dtype}", values(900, "<i4").astype(dtype), high=dict(hdf5plugin.Zstd()))
    write("bzip2 of several blocks", np.tile(wide, 6) * np.repeat(np.arange(6, dtype="<f4"), 9000), high=dict(hdf5plugin.BZip2(blocksize=1)))
    write("lz4 in blocks", values(3000, "<f4"), high=dict(hdf5plugin.LZ4(nbytes=1024)))


szip()
nbit()
scale_offset()
plugins()
print("[")
print(",\n".join(json.dumps(case) for case in cases))
print("]")
