"""FITS files for the contract suite of format plugins, with the JSON that the suite compares, and for the plugin's own tests.
Usage: fits.py OUT (the folder sample-data)

Written and read back by astropy; `fits-headers.fits` is laid out card by card. Values are those before scaling; those after it
are in fits-decoded.json, null where missing.
"""
import json
import os
import re
import sys
import warnings

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")
out = sys.argv[1]
folder = os.path.join(out, "fits-contract")
os.makedirs(folder, exist_ok=True)

OTHER_SIGN = {("uint8", -128): "int8", ("int16", 2**15): "uint16", ("int32", 2**31): "uint32", ("int64", 2**63): "uint64"}
LETTERS = {"B": "uint8", "I": "int16", "J": "int32", "K": "int64", "E": "float32", "D": "float64", "C": "complex64", "M": "complex128"}


def plain(value):
    if isinstance(value, (np.complexfloating, complex)):
        return [plain(float(value.real)), plain(float(value.imag))]
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.floating, float)):
        if np.isnan(value):
            return "NaN"
        if np.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return float(value)
    if isinstance(value, (np.int64, np.uint64)):
        return str(int(value))
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return str(value)


def attribute(value):
    if isinstance(value, bool):
        return {"dtype": "bool", "values": [value]}
    if isinstance(value, int):
        return {"dtype": "int32" if abs(value) < 2**31 else "int64", "values": [value if abs(value) < 2**53 else str(value)]}
    if isinstance(value, float):
        whole = value == int(value)
        return {"dtype": "int32" if whole and abs(value) < 2**31 else "float64", "values": [value]}
    return {"dtype": "string", "values": [value]}


def scaling(stored, scale, zero, blank, single):
    """The type, the CF attributes, and the type of decoded values (None: as stored)."""
    scale = 1 if scale is None else scale
    zero = 0 if zero is None else zero
    name = OTHER_SIGN.get((stored, zero), stored) if scale == 1 else stored
    own = {}
    if name == stored and (scale != 1 or zero != 0):
        real = "float32" if single else "float64"
        own["scale_factor"] = {"dtype": real, "values": [scale]}
        own["add_offset"] = {"dtype": real, "values": [zero]}
    if blank is not None and "int" in stored:
        missing = int(blank) + (int(zero) if name != stored else 0)
        own["_FillValue"] = {"dtype": name, "values": [str(missing) if "64" in name else missing]}
    return name, own, (lambda raw: raw * scale + zero) if "scale_factor" in own else None


def to_other_sign(raw, name):
    bits = 8 * raw.dtype.itemsize
    unsigned = raw.astype(raw.dtype.newbyteorder("=")).view(f"u{bits // 8}") ^ np.array(1 << (bits - 1), f"u{bits // 8}")
    return unsigned.view(np.dtype(name))


def masked(raw, blank, decode):
    """Values after mask and scale, null where missing."""
    found = []
    for value in raw.ravel():
        if (blank is not None and value == blank) or (raw.dtype.kind == "f" and np.isnan(value)):
            found.append(None)
        else:
            found.append(plain(decode(float(value)) if decode else value))
    return found


def describe_image(hdu, raw, i, single=True):
    header = hdu.header
    stored = raw.dtype.newbyteorder("=").name
    name, own, decode = scaling(stored, header.get("BSCALE"), header.get("BZERO"), header.get("BLANK"), single)
    values = to_other_sign(raw, name) if name != stored else raw
    blank = own.get("_FillValue", {"values": [None]})["values"][0]
    units = {"units": {"dtype": "string", "values": [header["BUNIT"]]}} if "BUNIT" in header else {}
    dims = [f"axis{raw.ndim - d}" for d in range(raw.ndim)]
    return {
        "dtype": name,
        "dims": dims,
        "shape": list(raw.shape),
        "attributes": {**units, **own},
        "values": [plain(v) for v in values.ravel()],
        "decoded": masked(values, None if blank is None else int(blank), decode),
    }


FIELDS = {"L": "u1", "B": "u1", "A": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8", "C": ">c8", "M": ">c16"}


def stored_rows(hdu):
    """The rows by numpy alone: astropy scales, and reads no column without a name."""
    header, fields = hdu.header, []
    for n in range(1, header["TFIELDS"] + 1):
        repeat, letter = re.match(r"(\d*)([A-Z])", header[f"TFORM{n}"]).groups()
        repeat = 1 if repeat == "" else int(repeat)
        if letter == "X":
            fields.append((f"f{n}", "u1", ((repeat + 7) // 8,)))
        elif letter in "PQ":
            fields.append((f"f{n}", ">i4" if letter == "P" else ">i8", (2,)))
        else:
            fields.append((f"f{n}", FIELDS[letter], (repeat,)))
    with open(hdu._file.name, "rb") as f:
        f.seek(hdu._data_offset)
        return np.frombuffer(f.read(header["NAXIS1"] * header["NAXIS2"]), fields)


def describe_columns(hdu, i):
    header = hdu.header
    is_text = header["XTENSION"] == "TABLE"
    found = {}
    raw_rows = None if is_text else stored_rows(hdu)
    heap_start = header.get("THEAP", header["NAXIS1"] * header["NAXIS2"])
    for n in range(1, header["TFIELDS"] + 1):
        name = header.get(f"TTYPE{n}", f"col{n}")
        form = header[f"TFORM{n}"]
        cards = {re.sub(r"\d+$", "", k): header[k] for k in header if re.fullmatch(rf"T[A-Z]+{n}", k) and not k.startswith("TTYPE")}
        attributes = {k: attribute(v) for k, v in cards.items()}
        if "TUNIT" in cards:
            attributes["units"] = attribute(cards["TUNIT"])
        entry = {"dims": ["row"], "shape": [header["NAXIS2"]], "attributes": attributes}
        found[f"/{i}/{name}"] = entry
        if is_text:
            describe_text(entry, hdu, name, form, cards)
            continue
        repeat, letter, rest = re.fullmatch(r"(\d*)([A-Z])(.*)", form).groups()
        repeat = 1 if repeat == "" else int(repeat)
        column = raw_rows[f"f{n}"]
        if letter in "PQ":
            entry["dtype"] = "vlen"
            if rest[0] == "L":
                attributes["_FillValue"] = {"dtype": "uint8", "values": [2]}
            entry["values"] = [plain(arrays(hdu, column[row], rest[0], heap_start)) for row in range(len(column))]
            continue
        if letter == "A":
            entry["dtype"] = "string"
            describe_strings(entry, name, column, repeat, rest, cards)
            continue
        inner = [int(x) for x in re.findall(r"\d+", cards["TDIM"])][::-1] if "TDIM" in cards else [] if repeat == 1 else [repeat]
        entry["shape"] = entry["shape"] + inner
        entry["dims"] = entry["dims"] + [f"{name}_axis{len(inner) - d}" for d in range(len(inner))]
        if letter == "X":
            entry["dtype"] = "bool"
            bits = np.unpackbits(np.ascontiguousarray(column).view("u1").reshape(header["NAXIS2"], -1), axis=1)[:, :repeat]
            entry["values"] = [int(b) for b in bits.ravel()]
        elif letter == "L":
            entry["dtype"] = "bool"
            attributes["_FillValue"] = {"dtype": "uint8", "values": [2]}
            entry["values"] = [{84: 1, 0: 2}.get(int(b), 0) for b in np.ascontiguousarray(column).view("u1").ravel()]
        elif letter in "CM":
            entry["dtype"] = LETTERS[letter]
            half = "f4" if letter == "C" else "f8"
            # Two numbers each, which the suite has no slices for.
            entry["decoded"] = [plain(v) for v in np.ascontiguousarray(column).view(">" + half).ravel()]
        else:
            stored = LETTERS[letter]
            dtype, own, decode = scaling(stored, cards.get("TSCAL"), cards.get("TZERO"), cards.get("TNULL"), False)
            attributes.update(own)
            entry["dtype"] = dtype
            raw = np.ascontiguousarray(column)
            values = to_other_sign(raw, dtype) if dtype != stored else raw
            blank = own.get("_FillValue", {"values": [None]})["values"][0]
            entry["values"] = [plain(v) for v in values.ravel()]
            entry["decoded"] = masked(values, None if blank is None else int(blank), decode)
    return found


def arrays(hdu, descriptor, letter, heap_start):
    count, offset = int(descriptor[0]), int(descriptor[1])
    start = hdu._data_offset + heap_start + offset
    with open(hdu._file.name, "rb") as f:
        f.seek(start)
        raw = f.read(16 * count + 16)
    if letter == "A":
        return raw[:count].decode("latin1")
    if letter == "L":
        return [1 if b == 84 else 2 if b == 0 else 0 for b in raw[:count]]
    if letter == "X":
        return [int(b) for b in np.unpackbits(np.frombuffer(raw[: (count + 7) // 8], "u1"))[:count]]
    if letter in "CM":
        return list(np.frombuffer(raw, ">c8" if letter == "C" else ">c16", count))
    return list(np.frombuffer(raw, np.dtype(LETTERS[letter]).newbyteorder(">"), count))


def strip(raw):
    return raw.split(b"\0", 1)[0].decode("latin1").rstrip(" ")


def describe_strings(entry, name, column, repeat, rest, cards):
    length, inner = repeat, []
    if "TDIM" in cards:
        length, *others = [int(x) for x in re.findall(r"\d+", cards["TDIM"])]
        inner = others[::-1]
    elif rest.isdigit() and int(rest) < repeat:
        length, inner = int(rest), [repeat // int(rest)]
    entry["shape"] = entry["shape"] + inner
    entry["dims"] = entry["dims"] + [f"{name}_axis{len(inner) - d}" for d in range(len(inner))]
    per_row = int(np.prod(inner, dtype=int))
    if repeat == 0:
        entry["values"] = [""] * (len(column) * per_row)
        return
    rows = np.ascontiguousarray(column).tobytes()
    entry["values"] = [
        strip(rows[r * repeat + k * length : r * repeat + (k + 1) * length]) for r in range(len(rows) // repeat) for k in range(per_row)
    ]


def describe_text(entry, hdu, name, form, cards):
    letter, width = re.fullmatch(r"([AIFED])(\d+)(?:\.\d+)?", form).groups()
    null = cards.get("TNULL")
    fields = [str(v) for v in raw_fields(hdu, name)]
    if letter == "A":
        entry["dtype"] = "string"
        entry["values"] = [f.rstrip() for f in fields]
        return
    is_null = [null is not None and f.strip() == str(null).strip() for f in fields]
    if letter == "I":
        entry["dtype"] = "int32" if int(width) <= 9 else "int64"
        least = -(2**31) if entry["dtype"] == "int32" else -(2**63)
        if null is not None:
            entry["attributes"]["_FillValue"] = {"dtype": entry["dtype"], "values": [str(least) if least < -(2**31) else least]}
        values = [least if bad else int(f.strip() or 0) for f, bad in zip(fields, is_null)]
        entry["values"] = [str(v) if entry["dtype"] == "int64" else v for v in values]
    else:
        entry["dtype"] = "float64"
        values = [float("nan") if bad else float(f.strip().upper().replace("D", "E") or 0) for f, bad in zip(fields, is_null)]
        entry["values"] = [plain(v) for v in values]
    scale, zero = cards.get("TSCAL", 1), cards.get("TZERO", 0)
    if scale != 1 or zero != 0:
        entry["attributes"]["scale_factor"] = {"dtype": "float64", "values": [scale]}
        entry["attributes"]["add_offset"] = {"dtype": "float64", "values": [zero]}
    whole = scale == 1 and zero == 0
    entry["decoded"] = [None if bad else (plain(np.int64(v)) if entry["dtype"] == "int64" else v) if whole else v * scale + zero for v, bad in zip(values, is_null)]


def raw_fields(hdu, name):
    header = hdu.header
    n = hdu.columns.names.index(name) + 1
    width = int(re.match(r"[A-Z](\d+)", header[f"TFORM{n}"]).group(1))
    with open(hdu._file.name, "rb") as f:
        for row in range(header["NAXIS2"]):
            f.seek(hdu._data_offset + row * header["NAXIS1"] + header[f"TBCOL{n}"] - 1)
            yield f.read(width).decode("ascii")


def describe_groups(hdu, i):
    header = hdu.header
    count, names = header["PCOUNT"], []
    size = abs(header["BITPIX"]) // 8
    shape = [header[f"NAXIS{n}"] for n in range(header["NAXIS"], 1, -1)]
    per_group = count + int(np.prod(shape))
    with open(hdu._file.name, "rb") as f:
        f.seek(hdu._data_offset)
        raw = np.frombuffer(f.read(size * per_group * header["GCOUNT"]), ">f4").reshape(header["GCOUNT"], per_group)
    found = {}
    for n in range(1, count + 1):
        name = header[f"PTYPE{n}"] if header[f"PTYPE{n}"] not in names else f"par{n}"
        names.append(name)
        _, own, decode = scaling("float32", header.get(f"PSCAL{n}"), header.get(f"PZERO{n}"), None, False)
        column = np.ascontiguousarray(raw[:, n - 1])
        values = {"values": [plain(v) for v in column], "decoded": masked(column, None, decode)}
        found[f"/{i}/{name}"] = {"dtype": "float32", "dims": ["group"], "shape": [len(raw)], "attributes": own, **values}
    dims = ["group", *(f"axis{n}" for n in range(header["NAXIS"], 1, -1))]
    data = [plain(v) for v in raw[:, count:].ravel()]
    found[f"/{i}/data"] = {"dtype": "float32", "dims": dims, "shape": [len(raw), *shape], "attributes": {}, "values": data}
    return found


def describe(path):
    variables, dimensions, groups = {}, {}, ["/"]
    with fits.open(path, do_not_scale_image_data=True, memmap=False, disable_image_compression=True) as hdus:
        for i, hdu in enumerate(hdus):
            groups.append(f"/{i}")
            if isinstance(hdu, fits.GroupsHDU):
                found = describe_groups(hdu, i)
            elif hdu.header.get("ZIMAGE"):
                with fits.open(path, do_not_scale_image_data=True, memmap=False) as images:
                    raw = np.asarray(images[i].data)
                    found = {f"/{i}/data": describe_image(images[i], raw, i)}
            elif hdu.is_image:
                found = {f"/{i}/data": describe_image(hdu, hdu.data, i)} if hdu.data is not None else {}
            else:
                found = describe_columns(hdu, i)
            variables.update(found)
            for entry in found.values():
                for name, length in zip(entry["dims"], entry["shape"]):
                    dimensions[f"/{i}/{name}"] = {"length": length, "unlimited": False}
    return {"format": "fits", "dimensions": dimensions, "groups": groups, "attributes": {}, "variables": variables}


def save(name, *hdus, patches=()):
    """@param patches: (old, new) bytes of equal length, each found once: what astropy would not write of itself."""
    path = os.path.join(folder, f"{name}.fits")
    fits.HDUList(list(hdus)).writeto(path, overwrite=True)
    with open(path, "rb") as f:
        content = f.read()
    for old, new in patches:
        assert len(old) == len(new) and content.count(old) == 1, (old, content.count(old))
        content = content.replace(old, new)
    with open(path, "wb") as f:
        f.write(content)
    write(name)


decoded = {}


def write(name):
    path = os.path.join(folder, f"{name}.fits")
    described = describe(path)
    own = {key: v.pop("decoded") for key, v in described["variables"].items() if "decoded" in v}
    if name != "tiles":
        decoded[f"{name}.fits"] = own
    with open(f"{path}.json", "w") as f:
        json.dump(described, f)
        f.write("\n")


def image(array, **cards):
    """An image of the array as it is, with cards that say how it is to be taken."""
    hdu = fits.ImageHDU(array)
    for key, value in cards.items():
        hdu.header[key] = value
    return hdu


rng = np.random.default_rng(20)
small = np.arange(-6, 6, dtype="i2").reshape(3, 4)
primary = fits.PrimaryHDU((np.arange(12, dtype="u1") * 20).reshape(3, 4))
primary.header["BUNIT"] = "adu"
save(
    "images",
    primary,
    image(small, QSCALE=0.5, QZERO=10.0, QLANK=-3, EXTNAME="SCALED", BUNIT="K"),
    fits.ImageHDU(np.array([0, 1, 32768, 65535, 40000], "u2"), name="UNSIGNED"),
    fits.ImageHDU(np.array([[0, 2**31, 2**32 - 1]], "u4")),
    fits.ImageHDU(np.array([0, 2**63, 2**64 - 1, 5], "u8")),
    fits.ImageHDU(np.array([-128, -1, 0, 127, 3, 4, 5], "i1")),
    image(np.array([[-(2**31), 7], [2**31 - 1, -1]], "i4"), RLANK=7),
    image(np.array([-(2**63), 2**62 + 1, -99], "i8"), SLANK=-99),
    fits.ImageHDU(np.array([1.5, np.nan, np.inf, -np.inf, -0.25], "f4")),
    fits.ImageHDU(rng.normal(size=(2, 3, 4)), name="CUBE"),
    fits.ImageHDU(rng.normal(size=(1, 2, 1, 3, 2)).astype("f4")),
    patches=[(old + b" ", new + b" ") for old, new in ((b"QSCALE", b"BSCALE"), (b"QZERO ", b"BZERO "), (b"QLANK", b"BLANK"), (b"RLANK", b"BLANK"), (b"SLANK", b"BLANK"))],
)

rows = 3
unsigned = np.array([0, 40000, 65535], "u2")
columns = [
    fits.Column("flag", "L", array=np.array([True, False, True])),
    fits.Column("bits", "11X", array=rng.integers(0, 2, (rows, 11)).astype(bool)),
    fits.Column("byte", "B", array=np.array([0, 200, 255], "u1"), null=200),
    fits.Column("short", "I", array=np.array([-5, 0, 32767], "i2"), unit="m", null=-5),
    fits.Column("int", "J", array=np.array([-(2**31), 1, 2**31 - 1], "i4")),
    fits.Column("long", "K", array=np.array([-(2**63), 2**62 + 3, 7], "i8"), null=7),
    fits.Column("name", "8A", array=np.array(["Vega", "", "Altair 7"])),
    fits.Column("real", "E", array=np.array([1.25, np.nan, -2], "f4"), unit="mag"),
    fits.Column("double", "D", array=np.array([1e300, np.nan, 0.1])),
    fits.Column("complex", "C", array=np.array([1 + 2j, 3 - 4j, 0], "c8")),
    fits.Column("double complex", "M", array=np.array([1 + 2j, 3 - 4j, 0])),
    fits.Column("vector", "4E", array=rng.normal(size=(rows, 4)).astype("f4")),
    fits.Column("matrix", "6J", array=rng.integers(-9, 9, (rows, 3, 2)).astype("i4"), dim="(2,3)"),
    fits.Column("words", "10A", array=np.array([["ab", "cde"], ["", "f"], ["ghijk", "l"]]), dim="(5,2)"),
    fits.Column("unsigned", "I", array=unsigned, bzero=32768),
    fits.Column("signed", "B", array=np.array([-128, 0, 127], "i1"), bzero=-128),
    fits.Column("nothing", "0E", array=np.zeros((rows, 0), "f4")),
]
table = fits.BinTableHDU.from_columns(columns, name="STARS")
scaled = fits.BinTableHDU.from_columns(
    [
        fits.Column("packed", "I", array=np.array([-398, -396, 601], "i2")),
        fits.Column("flags", "3L", array=np.array([[True, False, True], [False, False, True]] + [[True, True, True]])),
        fits.Column("parts", "12A", array=np.array(["abcd    efgh", "ij  klmnop", ""])),
    ]
)
scaled.header["QSCAL1"] = 0.25
scaled.header["QZERO1"] = 100.0
unnamed = fits.BinTableHDU.from_columns([fits.Column("unnamed", "2I", array=np.arange(6, dtype="i2").reshape(3, 2))])
first_row = table.data.tobytes()[:4] + b"\xff\xfb\x80\x00\x00\x00"
save(
    "tables",
    fits.PrimaryHDU(),
    table,
    scaled,
    unnamed,
    patches=[
        (b"QSCAL1", b"TSCAL1"),
        (b"QZERO1", b"TZERO1"),
        (b"'12A     '", b"'12A4    '"),
        (b"TTYPE1  = 'unnamed", b"QTYPE1  = 'unnamed"),
        # A NUL in a column of truth values is a missing one.
        (first_row, b"\0" + first_row[1:]),
    ],
)


def varying(letter, arrays, descriptor="P", **options):
    held = np.empty(len(arrays), dtype=object)
    held[:] = arrays
    return fits.Column(f"{descriptor}{letter}", f"{descriptor}{letter}()", array=held, **options)


ragged = lambda dtype: [np.arange(n, dtype=dtype) + n for n in (3, 0, 2)]
heap = fits.BinTableHDU.from_columns(
    [
        fits.Column("id", "J", array=np.arange(3, dtype="i4")),
        varying("B", ragged("u1")),
        varying("I", ragged("i2")),
        varying("J", ragged("i4")),
        varying("K", ragged("i8")),
        varying("E", ragged("f4")),
        varying("D", ragged("f8"), descriptor="Q"),
        varying("C", [np.array([1 + 2j, 3j], "c8"), np.array([], "c8"), np.array([5], "c8")]),
        varying("A", ["some text", "", "x"]),
        varying("L", [np.array([True, False]), np.array([], bool), np.array([True])]),
    ]
)
save("heap", fits.PrimaryHDU(), heap)

ascii_table = fits.TableHDU.from_columns(
    [
        fits.Column("name", "A6", array=np.array(["alpha", "b", "gamma!"]), ascii=True),
        fits.Column("count", "I5", array=np.array([-12, 0, 99999]), ascii=True, null="-12"),
        fits.Column("long", "I14", array=np.array([2**40, -1, 0]), ascii=True, null="*"),
        fits.Column("fixed", "F9.3", array=np.array([1.5, -2.25, 1000.125]), ascii=True, unit="Jy"),
        fits.Column("exponent", "E12.4", array=np.array([1.5e-7, 2e20, 0]), ascii=True, null="2.0000E+20"),
        fits.Column("double", "D18.10", array=np.array([1e-9, 123456.789, -1]), ascii=True),
    ]
)
save("ascii", fits.PrimaryHDU(), ascii_table)

groups = fits.GroupData(
    rng.normal(size=(4, 2, 3)).astype("f4"),
    parnames=["UU", "DATE", "DATE"],
    pardata=[np.arange(4) / 8, np.array([2450000.0] * 4), np.arange(4) / 4],
    parbscales=[1, 1, 1],
    parbzeros=[0, 2440000.0, 0],
    bitpix=-32,
)
save("groups", fits.GroupsHDU(groups))


def tiles(array, kind, **options):
    return fits.CompImageHDU(array, compression_type=kind, **options)


yy, xx = np.indices((13, 18))
light = 400 * np.exp(-((xx - 7) ** 2 + (yy - 6) ** 2) / 20) + rng.normal(50, 3, xx.shape)
holes = light.astype("f4")
holes[2, 3:6] = np.nan
holes[5, :2] = 0
save(
    "tiles",
    fits.PrimaryHDU(),
    tiles(light.astype("i2"), "RICE_1", tile_shape=(4, 7)),
    tiles((light / 4).astype("u1"), "RICE_1"),
    tiles((light * 1000).astype("i4"), "RICE_1"),
    tiles(light.astype("u2"), "GZIP_1"),
    tiles((light * 1e5).astype("i4"), "GZIP_2"),
    tiles(light.astype("i2"), "PLIO_1"),
    tiles((light - 60).astype("i2"), "HCOMPRESS_1", tile_shape=(13, 18)),
    tiles(light.astype("i4"), "HCOMPRESS_1", tile_shape=(13, 18), hcomp_scale=4, hcomp_smooth=1),
    tiles(light.astype("i2"), "NOCOMPRESS"),
    tiles(holes, "RICE_1", quantize_method=-1, quantize_level=8),
    tiles(holes, "RICE_1", quantize_method=1, quantize_level=8, dither_seed=17),
    tiles(holes.astype("f8"), "GZIP_2", quantize_method=2, quantize_level=8, dither_seed=9999),
    tiles(holes, "GZIP_2", quantize_level=0),
    tiles(np.concatenate([light, np.full_like(light, 1e20)]).astype("f4"), "RICE_1", quantize_level=8, tile_shape=(13, 18)),
)

checked = fits.HDUList([fits.PrimaryHDU(small), fits.BinTableHDU.from_columns([fits.Column("x", "J", array=np.arange(5, dtype="i4"))])])
checked.writeto(os.path.join(out, "fits-checksums.fits"), overwrite=True, checksum=True)

with open(os.path.join(out, "fits-decoded.json"), "w") as f:
    json.dump(decoded, f, indent=1)
    f.write("\n")

# Cards that writers of old and the standard's corners have.
cards = [
    "SIMPLE  =                    T / conforms",
    "BITPIX  =                    8",
    "NAXIS   =                    0",
    "EXTEND  =                    T",
    "LONG    = 'This text is longer than a card can be, so that it goes on in the &'",
    "CONTINUE  'next one, and in &'",
    "CONTINUE  'the one behind that.' / a comment",
    "QUOTED  = 'it''s quoted'",
    "EMPTY   = ''",
    "BLANKS  = '  kept on the left  '",
    "OPEN    =                      / no value",
    "EXPONENT=             1.25D-03",
    "BIG     = 12345678901234567890",
    "NOBLANK =7",
    "COMPLEX = (1.5, -2.0)",
    "TWICE   =                    1",
    "TWICE   =                    2",
    "AMPERS  = 'ends with &'",
    "HIERARCH ESO TEL FOCU SCALE = 1.489 / (deg/m)",
    "COMMENT first",
    "COMMENT second",
    "HISTORY made by hand",
    "        a blank keyword",
    "STRANGE = 12ab",
    "END",
]
text = "".join(card.ljust(80) for card in cards)
with open(os.path.join(out, "fits-headers.fits"), "wb") as f:
    f.write(text.ljust(-(-len(text) // 2880) * 2880).encode("ascii"))
