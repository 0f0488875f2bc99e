"""Virtual datasets and external storage, written and read by h5py.

Run in sample-data/: python generators/hdf5_virtual.py
"""

import json
import os
import shutil
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

FOLDER = "hdf5-virtual"
UNLIMITED = h5s.UNLIMITED


def slab(shape, start, count, stride=None, block=None, maximum=None):
    space = h5s.create_simple(shape, maximum)
    space.select_hyperslab(start, count, stride, block)
    return space


def virtual(file, name, shape, kind, mappings, maximum=None, fill=None):
    """mappings: (virtual space, file, dataset, source space)."""
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.VIRTUAL)
    if fill is not None:
        plist.set_fill_value(np.array(fill))
    for outer, source, dataset, inner in mappings:
        plist.set_virtual(outer, source.encode(), dataset.encode(), inner)
    h5d.create(file.id, name.encode(), kind, h5s.create_simple(shape, maximum), plist)


def write_sources():
    with h5py.File("source.h5", "w") as file:
        file["plain"] = np.arange(60, dtype="<i4").reshape(5, 12)
        file.create_dataset("chunked", data=np.arange(60, dtype="<i4").reshape(5, 12) * 10, chunks=(2, 5), compression="gzip", shuffle=True)
        file.create_dataset("chunked-plain", data=np.arange(60, dtype="<i4").reshape(5, 12) * 7, chunks=(2, 5))
        file["big"] = (np.arange(60, dtype=">i4").reshape(5, 12) - 30) * 100000
        file["line"] = np.arange(100, 124, dtype="<i4")
        file["doubles"] = np.array([1.9, -1.9, 3e9, -3e9, np.inf, 0.5])
        file.create_dataset("words", data=["one", "two", "drei", "vier"], dtype=h5py.string_dtype())
        file["pairs"] = np.array([(1, 0.5), (2, 1.5), (3, 2.5)], [("n", "<i2"), ("x", "<f8")])
        for name, length in (("growing", 7), ("shorter", 4)):
            grown = file.create_dataset(name, (length, 3), "<i4", maxshape=(None, 3), chunks=(2, 3))
            grown[...] = np.arange(length * 3).reshape(length, 3) + 1000
        for i in range(3):
            file[f"block-{i}"] = np.full((2, 3), i + 1, "<i4") * np.arange(1, 7, dtype="<i4").reshape(2, 3)
        file["block-4"] = np.full((2, 3), 9, "<i4")
    for i in range(3):
        with h5py.File(f"part-{i}.h5", "w") as file:
            file["a%b"] = np.arange(4, dtype="<i4") + 10 * i


def write(file):
    file["own"] = np.arange(1, 13, dtype="<i4").reshape(3, 4)
    layout = h5py.VirtualLayout((14, 12), "<i4")
    layout[0:5] = h5py.VirtualSource("source.h5", "plain", (5, 12))
    layout[6:11, 1:12] = h5py.VirtualSource("source.h5", "chunked", (5, 12))[:, 1:]
    layout[12:14, 3:6] = h5py.VirtualSource(".", "own", (3, 4))[1:, :3]
    file.create_virtual_dataset("joined", layout, fillvalue=-5)

    layout = h5py.VirtualLayout((5, 24), "<i4")
    layout[:, 0::2] = h5py.VirtualSource("source.h5", "plain", (5, 12))
    layout[:, 1::2] = h5py.VirtualSource("source.h5", "chunked-plain", (5, 12))
    file.create_virtual_dataset("interleaved", layout)

    layout = h5py.VirtualLayout((2, 4), "<i4")
    layout[...] = h5py.VirtualSource("source.h5", "plain", (5, 12))[1::3, 2::3]
    file.create_virtual_dataset("every-third", layout)

    layout = h5py.VirtualLayout((3, 5, 12), "<i4")
    for i, name in enumerate(("plain", "chunked", "nowhere")):
        layout[i] = h5py.VirtualSource("source.h5", name, (5, 12))
    file.create_virtual_dataset("stacked", layout, fillvalue=8)
    layout = h5py.VirtualLayout((4,), "<i4")
    layout[:2] = h5py.VirtualSource("no-such-file.h5", "plain", (2,))
    layout[2:] = h5py.VirtualSource("source.h5", "line", (24,))[5:7]
    file.create_virtual_dataset("absent-file", layout, fillvalue=77)

    for name, kind in (("to-big", ">i4"), ("to-short", "<i2"), ("to-float", "<f4"), ("to-unsigned", "<u8")):
        layout = h5py.VirtualLayout((5, 12), kind)
        layout[...] = h5py.VirtualSource("source.h5", "big", (5, 12))
        file.create_virtual_dataset(f"converted/{name}", layout)
    for name, kind in (("doubles", ">i4"), ("doubles-byte", "u1")):
        layout = h5py.VirtualLayout((6,), kind)
        layout[...] = h5py.VirtualSource("source.h5", "doubles", (6,))
        file.create_virtual_dataset(f"converted/{name}", layout)

    layout = h5py.VirtualLayout((6,), h5py.string_dtype())
    layout[1:5] = h5py.VirtualSource("source.h5", "words", (4,), h5py.string_dtype())
    file.create_virtual_dataset("words", layout)
    kind = np.dtype([("n", "<i2"), ("x", "<f8")])
    layout = h5py.VirtualLayout((4,), kind)
    layout[:3] = h5py.VirtualSource("source.h5", "pairs", (3,), kind)
    file.create_virtual_dataset("pairs", layout)

    # 24 numbers of a line as four rows of six; a line out of three blocks.
    virtual(file, "reshaped", (4, 6), h5t.STD_I32LE, [(slab((4, 6), (0, 0), (4, 6)), "source.h5", "line", slab((24,), (0,), (24,)))])
    irregular = slab((5, 12), (0, 0), (1, 1), None, (2, 2))
    irregular.select_hyperslab((1, 5), (1, 1), None, (2, 3), op=h5s.SELECT_OR)
    irregular.select_hyperslab((4, 0), (1, 1), None, (1, 4), op=h5s.SELECT_OR)
    virtual(file, "irregular", (14,), h5t.STD_I32LE, [(slab((14,), (0,), (14,)), "source.h5", "plain", irregular)])
    holes = slab((5, 12), (0, 0), (2, 3), (3, 4), (2, 2))
    virtual(file, "holes", (5, 12), h5t.STD_I32LE, [(holes, "source.h5", "plain", holes)], fill=np.int32(3))

    # Twice the same place: the last one counts.
    everything = slab((5, 12), (0, 0), (5, 12))
    middle = slab((5, 12), (1, 3), (2, 4))
    virtual(
        file,
        "overlapping",
        (5, 12),
        h5t.STD_I32LE,
        [(everything, "source.h5", "plain", everything), (middle, "source.h5", "chunked", middle)],
    )

    spread = (UNLIMITED, 3)
    endless = slab((4, 3), (0, 0), (UNLIMITED, 1), (1, 3), (1, 3), spread)
    for name, source in (("growing", "growing"), ("growing-shorter", "shorter")):
        virtual(file, f"unlimited/{name}", (4, 3), h5t.STD_I32LE, [(endless, "source.h5", source, endless)], spread)
    alternate = [slab((4, 3), (i, 0), (UNLIMITED, 1), (2, 3), (1, 3), spread) for i in range(2)]
    virtual(
        file,
        "unlimited/alternating",
        (4, 3),
        h5t.STD_I32LE,
        [(alternate[0], "source.h5", "growing", endless), (alternate[1], "source.h5", "shorter", endless)],
        spread,
        np.int32(-2),
    )
    pairs = slab((4, 3), (0, 0), (UNLIMITED, 1), (2, 3), (2, 3), spread)
    virtual(
        file, "unlimited/numbered", (4, 3), h5t.STD_I32LE, [(pairs, "source.h5", "block-%b", slab((2, 3), (0, 0), (2, 3)))], spread
    )
    apart = slab((5,), (1,), (UNLIMITED,), (5,), (4,), (UNLIMITED,))
    virtual(
        file,
        "unlimited/numbered-files",
        (5,),
        h5t.STD_I32LE,
        [(apart, "part-%b.h5", "a%%b", slab((4,), (0,), (4,)))],
        (UNLIMITED,),
        np.int32(-3),
    )
    layout = h5py.VirtualLayout((5, 4), "<i4")
    layout[...] = h5py.VirtualSource(".", "joined", (14, 12))[5:10, 0:4]
    file.create_virtual_dataset("virtual-over-virtual", layout)


def write_external():
    values = np.arange(40, dtype=">i4").reshape(10, 4)
    with h5py.File("external.h5", "w") as file:
        file.create_dataset("one", data=values, external=[("external-one.raw", 12, h5py.h5f.UNLIMITED)])
        file.create_dataset("rows", data=values, external=[("external-rows-0.raw", 0, 64), ("external-rows-1.raw", 5, 96)])
        file.create_dataset(
            "inside-rows", data=values + 100, external=[("external-cut.raw", 3, 7), ("external-cut.raw", 100, 70), ("external-cut.raw", 10, 83)]
        )
        letters = np.array([b"ab", b"cde", b""], "S3")
        file.create_dataset("text", data=letters, external=[("external-text.raw", 1, 9)])
        file.create_dataset("gone", data=values, external=[("external-gone.raw", 0, 160)])
    os.remove("external-gone.raw")


def plain(data):
    values = np.asarray(data)
    if values.dtype.names:
        return [{name: v[name].item() for name in values.dtype.names} for v in values.ravel()]
    if values.dtype.kind in "OS":
        return [v.decode() for v in values.ravel()]
    if values.dtype.kind == "u" and values.dtype.itemsize == 8:
        return [str(v) for v in values.ravel()]
    return [v.item() for v in values.ravel()]


def describe(name):
    found = {}
    with h5py.File(name) as file:

        def note(path, item):
            if isinstance(item, h5py.Dataset) and path != "gone":
                data = item[()]
                found[f"/{path}"] = {"shape": list(item.shape), "values": plain(data)}

        file.visititems(note)
    return found


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.mkdir(FOLDER)
    os.chdir(FOLDER)
    write_sources()
    write_external()
    expected = {"external.h5": describe("external.h5")}
    for name, bounds in (("earliest", ("earliest", "v110")), ("latest", ("latest", "latest"))):
        with h5py.File(f"virtual-{name}.h5", "w", libver=bounds) as file:
            file.create_group("unlimited")
            write(file)
        expected[f"virtual-{name}.h5"] = describe(f"virtual-{name}.h5")
    with open("expected.json", "w") as out:
        json.dump(expected, out, indent=1, sort_keys=True, ensure_ascii=False)
        out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
