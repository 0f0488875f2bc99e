"""Tables whose cells hold several values, and compounds. Usage: lists.py OUT (the folder sample-data)

What astropy and h5py read of them stands in lists/expected.json, by table and column; null where a value is missing.
"""
import json
import os
import sys

import h5py
import numpy as np
from astropy.io import fits
from astropy.io.fits.column import _VLF

out = os.path.join(sys.argv[1], "lists")
os.makedirs(out, exist_ok=True)


def plain(value):
    if value is np.ma.masked or value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8").rstrip("\0")
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.floating, float)):
        return None if np.isnan(value) else float(value)
    if isinstance(value, (np.int64, np.uint64)):
        return str(int(value))
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return str(value)


def flat(column):
    """A list a row, nested ones in C order."""
    return [plain(np.ma.asarray(row).reshape(-1)) for row in column]


def write_fits():
    n = 5
    rng = np.random.default_rng(1)
    short = rng.integers(-50, 50, (n, 3)).astype(np.int16)
    short[1, 2] = short[4, 0] = -99
    real = rng.normal(size=(n, 4)).astype(np.float32)
    real[2, 1] = np.nan
    matrix = np.arange(n * 6, dtype=np.int64).reshape(n, 2, 3) * 2**40
    words = np.array([["a", "bc"], ["", "d"], ["ef ", " g"], ["hij", "k"], ["l", ""]])
    flags = rng.integers(0, 2, (n, 3)).astype(bool)
    bits = rng.integers(0, 2, (n, 11)).astype(bool)
    pairs = (rng.integers(-4, 5, (n, 2)) + 1j * rng.integers(-4, 5, (n, 2))).astype(np.complex64)
    single = np.array([1 + 2j, 3 - 4j, 0, -1j, 5], np.complex128)
    numbers = np.array([np.arange(k, dtype=np.int32) * 7 for k in (3, 0, 1, 4, 2)], dtype=object)
    scaled = np.array([np.arange(k, dtype=np.int16) + 10 for k in (1, 2, 0, 3, 2)], dtype=object)
    letters = _VLF([np.frombuffer(s, "S1") if s else np.zeros(0, "S1") for s in (b"some", b"", b"w", b"ord", b"s!")], dtype="a")
    spectra = _VLF([np.arange(1, k + 1) * np.complex64(1 - 2j) for k in (2, 0, 1, 3, 1)], dtype="c8")
    columns = [
        fits.Column("id", "J", array=np.arange(n, dtype=np.int32)),
        fits.Column("short", "3I", array=short, null=-99, unit="count"),
        fits.Column("real", "4E", array=real),
        fits.Column("matrix", "6K", array=matrix.reshape(n, 6), dim="(3,2)"),
        fits.Column("words", "6A", array=words, dim="(3,2)"),
        fits.Column("flags", "3L", array=flags),
        fits.Column("bits", "11X", array=bits),
        fits.Column("pairs", "2C", array=pairs),
        fits.Column("single", "M", array=single),
        fits.Column("packed", "2I", array=np.arange(n * 2, dtype=np.int16).reshape(n, 2)),
        fits.Column("none", "0E", array=np.zeros((n, 0), np.float32)),
        fits.Column("numbers", "PJ(4)", array=numbers),
        fits.Column("scaled", "PI(3)", array=scaled),
        fits.Column("letters", "PA(4)", array=letters),
        fits.Column("spectra", "QC(3)", array=spectra),
    ]
    hdu = fits.BinTableHDU.from_columns(columns, name="LISTS")
    # Named so only on the disk, or astropy would scale back what was never scaled: 10, 11, … mean 101, 101.1, …; 11 is missing.
    hdu.header["XSCAL10"] = 0.5
    hdu.header["XZERO10"] = 100.0
    hdu.header["XSCAL13"] = 0.1
    hdu.header["XZERO13"] = 100.0
    hdu.header["XNULL13"] = 11
    path = os.path.join(out, "lists.fits")
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path, overwrite=True)
    with open(path, "rb") as f:
        written = f.read()
    for keyword in (b"SCAL10", b"ZERO10", b"SCAL13", b"ZERO13", b"NULL13"):
        written = written.replace(b"X" + keyword, b"T" + keyword)
    with open(path, "wb") as f:
        f.write(written)
    with fits.open(path) as f:
        data = f[1].data
        found = {}
        for name in data.names:
            column = data[name]
            if name == "short":
                column = np.ma.masked_equal(column, -99)
            if name == "scaled":
                # astropy scales the first row of them alone.
                found[name] = [[None if v == 11 else float(v) * 0.1 + 100.0 for v in row] for row in scaled]
            elif name == "letters":
                found[name] = ["".join(row) for row in column]
            elif name in ("pairs", "spectra"):
                found[name + "_re"] = flat([np.real(row) for row in column])
                found[name + "_im"] = flat([np.imag(row) for row in column])
            elif name == "single":
                found[name + "_re"], found[name + "_im"] = plain(column.real), plain(column.imag)
            elif name == "id":
                found[name] = plain(column)
            else:
                found[name] = flat(column)
        return found


def write_more():
    """A file to be joined with the first: other widths, a wider type, columns that are missing."""
    numbers = _VLF([np.array([2**40], np.int64), np.array([], np.int64)], dtype="i8")
    columns = [
        fits.Column("id", "J", array=np.int32([5, 6])),
        fits.Column("short", "2J", array=np.int32([[100000, 1], [2, 3]]), unit="count"),
        fits.Column("matrix", "6K", array=np.arange(12).reshape(2, 6), dim="(2,3)"),
        fits.Column("numbers", "PK(1)", array=numbers),
    ]
    path = os.path.join(out, "more.fits")
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(path, overwrite=True)
    with fits.open(path) as f:
        return {name: plain(f[1].data[name]) if name == "id" else flat(f[1].data[name]) for name in f[1].data.names}


def write_hdf5():
    path = os.path.join(out, "compounds.h5")
    where = np.dtype([("x", "<f4"), ("y", ">i8")])
    event = np.dtype([("id", "<u2"), ("name", "S5"), ("where", where), ("grid", "<i2", (2, 3)), ("z", "<c16")])
    other = np.dtype([("id", "<i4"), ("mass", "<f8")])
    n = 4
    events = np.zeros(n, event)
    events["id"] = [7, 8, 9, 65535]
    events["name"] = [b"one", b"two", b"", b"fours"]
    events["where"]["x"] = [0.5, -1, np.nan, 2]
    events["where"]["y"] = [1, 2**60, -3, 4]
    events["grid"] = np.arange(n * 6).reshape(n, 2, 3) - 10
    events["z"] = [1 + 1j, 2, -3j, 4]
    others = np.array([(i, i * 1.5) for i in range(n)], other)
    with h5py.File(path, "w") as f:
        f["n"] = np.arange(n, dtype=np.float64) * 10
        f["n"].make_scale()
        f["events"] = events
        f["events"].dims[0].attach_scale(f["n"])
        f["late/others"] = others
        f["late/others"].dims[0].attach_scale(f["n"])
        space = h5py.h5s.create_simple((n,))
        array = h5py.h5t.array_create(h5py.h5t.NATIVE_INT32, (2, 2))
        dataset = h5py.h5d.create(f.id, b"arrays", array, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(n * 4, dtype=np.int32).reshape(n, 2, 2), array)
        f["arrays"].dims[0].attach_scale(f["n"])
        f["arrays"].attrs["units"] = "m"
        varying = f.create_dataset("varying", (n,), h5py.vlen_dtype(np.dtype("<i8")))
        for i in range(n):
            varying[i] = np.arange(i, dtype=np.int64) - 2**60
        varying.dims[0].attach_scale(f["n"])
        alone = np.dtype([("a", "<i4"), ("text", h5py.string_dtype()), ("pair", where, (2,)), ("row", h5py.vlen_dtype("<f4"))])
        rows = np.zeros(2, alone)
        rows["a"] = [1, 2]
        rows["text"] = ["eins", "zwei"]
        rows["pair"]["x"] = [[1, 2], [3, 4.5]]
        rows["pair"]["y"] = [[5, 6], [7, 2**62]]
        rows["row"][0], rows["row"][1] = np.float32([1, 2, np.nan]), np.float32([])
        f["alone"] = rows
        f["waves"] = np.array([1 + 2j, 3 - 4j, 5j], np.complex64)
    with h5py.File(path) as f:
        alone, waves = f["alone"][:], f["waves"][:]
        events, others = f["events"][:], f["late/others"][:]
        return {
            "n": {
                "n": plain(f["n"][:]),
                "events.id": plain(events["id"]),
                "events.name": plain(events["name"]),
                "events.where.x": plain(events["where"]["x"]),
                "events.where.y": plain(events["where"]["y"]),
                "events.grid": flat(events["grid"]),
                "events.z_re": plain(events["z"].real),
                "events.z_im": plain(events["z"].imag),
                "others.id": plain(others["id"]),
                "others.mass": plain(others["mass"]),
                "arrays": flat(f["arrays"][:]),
                "varying": [plain(row) for row in f["varying"][:]],
            },
            "alone": {
                "a": plain(alone["a"]),
                "text": plain(alone["text"]),
                "pair.x": flat(alone["pair"]["x"]),
                "pair.y": flat(alone["pair"]["y"]),
                "row": [plain(row) for row in alone["row"]],
            },
            "waves": {"waves_re": plain(waves.real), "waves_im": plain(waves.imag)},
        }


with open(os.path.join(out, "expected.json"), "w") as f:
    json.dump({"lists.fits": write_fits(), "more.fits": write_more(), "compounds.h5": write_hdf5()}, f, indent=1)
    f.write("\n")
