"""HDF5 datasets in every kind of chunk index, written by h5py; what they hold as h5py reads it goes into hdf5-chunks.json.

Run in sample-data/: python generators/hdf5_chunks.py
"""

import ctypes
import glob
import hashlib
import itertools
import json
import os
import sys

import h5py
import numpy as np

BOUNDS = {
    "earliest": ("earliest", "v108"),
    "v110": ("v110", "v110"),
    "latest": ("latest", "latest"),
}
FILTERS = {
    "plain": {},
    "deflate": {"compression": "gzip", "compression_opts": 6},
    "shuffle-deflate": {"compression": "gzip", "compression_opts": 1, "shuffle": True},
    "fletcher32": {"fletcher32": True},
    "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    "lzf": {"compression": "lzf", "shuffle": True},
}
# name: shape, maxshape, chunks
SHAPES = {
    "single": ((5, 7), None, (5, 7)),
    "fixed-1d": ((37,), None, (10,)),
    "fixed-2d-edges": ((7, 11), None, (3, 4)),
    "fixed-4d": ((3, 4, 5, 3), None, (2, 2, 3, 2)),
    "fixed-larger-maximum": ((4, 7), (9, 23), (2, 3)),
    "unlimited-first": ((9, 5), (None, 5), (2, 3)),
    "unlimited-middle": ((4, 9, 5), (6, None, 7), (3, 2, 2)),
    "unlimited-two": ((5, 8), (None, None), (2, 3)),
    "unlimited-none-yet": ((0, 3), (None, 3), (2, 3)),
}
TYPES = ["<i2", ">f4", "<f8", "u1", ">i8", "<u4"]


def values(shape, dtype, seed):
    random = np.random.default_rng(seed)
    return random.integers(0, 100, shape).astype(dtype)


def library():
    """The HDF5 library that h5py has loaded."""
    return ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*.so*"))[0])


def sha(data):
    native = np.ascontiguousarray(data)
    little = native.astype(native.dtype.newbyteorder("<"))
    return hashlib.sha256(little.tobytes()).hexdigest()


def write(file):
    types = itertools.cycle(TYPES)
    for seed, ((shape_name, (shape, maximum, chunks)), (filter_name, options)) in enumerate(
        itertools.product(SHAPES.items(), FILTERS.items())
    ):
        dtype = np.dtype(next(types))
        file.create_dataset(
            f"{shape_name}/{filter_name}", data=values(shape, dtype, seed), maxshape=maximum, chunks=chunks, **options
        )

    for filter_name, options in FILTERS.items():
        sparse = file.create_dataset(
            f"missing/{filter_name}", (9, 12), "<i4", chunks=(2, 5), maxshape=(None, 12), fillvalue=-7, **options
        )
        sparse[4:6, 5:10] = 3
        sparse[8, 11] = 4
        two = file.create_dataset(
            f"missing-two/{filter_name}", (9, 12), ">i4", chunks=(2, 5), maxshape=(None, None), fillvalue=-7, **options
        )
        two[3, 0:7] = np.arange(7)
    file.create_dataset("missing/everything", (100, 100), "<f4", chunks=(10, 10), fillvalue=1.5)

    file.create_dataset("many/fixed", data=values((2300,), "<u2", 1), chunks=(2,))
    swizzled = file.create_dataset("many/unlimited-last", (5, 300), "u1", chunks=(2, 3), maxshape=(7, None), fillvalue=2)
    swizzled[:, 7:200] = values((5, 193), "u1", 10)
    file.create_dataset("many/fixed-deflate", data=values((2100,), "<u2", 2), chunks=(2,), compression="gzip")
    file.create_dataset("many/unlimited", data=values((700,), "u1", 3), chunks=(1,), maxshape=(None,))
    file.create_dataset("many/unlimited-two", data=values((30, 30), "u1", 4), chunks=(1, 1), maxshape=(None, None))
    paged = file.create_dataset("many/paged-sparse", (4100,), "u1", chunks=(1,), fillvalue=9)
    for at in (0, 1023, 1024, 3000, 4099):
        paged[at] = at % 251

    for name in ("far", "far-deflate"):
        options = {"compression": "gzip"} if name == "far-deflate" else {}
        far = file.create_dataset(f"many/{name}", (140_000,), "u1", chunks=(1,), maxshape=(None,), fillvalue=1, **options)
        for at in (3, 4, 19, 20, 35, 36, 67, 68, 99, 100, 240, 5000, 131_059, 131_060, 135_000, 139_999):
            far[at] = at % 251

    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2, 3))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((5, 8))
    h5py.h5d.create(file.id, b"implicit", h5py.h5t.STD_I32LE, space, early)
    file["implicit"][...] = values((5, 8), "<i4", 5)

    if file.libver[0] != "earliest":
        unfiltered = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        unfiltered.set_chunk((2, 3))
        unfiltered.set_deflate(5)
        # h5py does not give it a name: partial edge chunks are stored without filters.
        library().H5Pset_chunk_opts(ctypes.c_int64(unfiltered.id), ctypes.c_uint(2))
        space = h5py.h5s.create_simple((5, 8))
        h5py.h5d.create(file.id, b"edges-unfiltered", h5py.h5t.STD_I32LE, space, unfiltered)
        file["edges-unfiltered"][...] = values((5, 8), "<i4", 11)

    masked = file.create_dataset("masked", (6, 4), "<i4", chunks=(2, 4), compression="gzip", shuffle=True)
    masked[...] = values((6, 4), "<i4", 6)
    raw = np.arange(8, dtype="<i4").reshape(2, 4)
    masked.id.write_direct_chunk((2, 0), raw.tobytes(), filter_mask=3)
    shuffled = raw.tobytes()
    shuffled = bytes(shuffled[k + 4 * i] for k in range(4) for i in range(8))
    masked.id.write_direct_chunk((4, 0), shuffled, filter_mask=2)

    file.create_dataset("contiguous/big-endian", data=values((6, 5, 4), ">f8", 7))
    file.create_dataset("contiguous/never-written", (4, 3), "<i2", fillvalue=12)
    file.create_dataset("contiguous/scalar", data=np.float32(2.5))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(file.id, b"compact", h5py.h5t.STD_I16BE, h5py.h5s.create_simple((3, 4)), compact)
    file["compact"][...] = values((3, 4), ">i2", 8)

    array = np.dtype(("<i2", (2, 3)))
    arrays = file.create_dataset("array-type", (5,), array, chunks=(2,), compression="gzip", shuffle=True)
    arrays[...] = values((5, 2, 3), "<i2", 9)


def describe(name):
    with h5py.File(f"hdf5-chunks-{name}.h5") as file:
        found = {}

        def note(path, item):
            if isinstance(item, h5py.Dataset):
                data = item[()]
                found[f"/{path}"] = {"shape": list(np.shape(data)), "sha256": sha(data)}

        file.visititems(note)
        return found


def main():
    for name, bounds in BOUNDS.items():
        userblock = 1024 if name == "v110" else 0
        with h5py.File(f"hdf5-chunks-{name}.h5", "w", libver=bounds, userblock_size=userblock) as file:
            write(file)
    expected = {name: describe(name) for name in BOUNDS}
    with open("hdf5-chunks.json", "w") as out:
        json.dump(expected, out, indent=1, sort_keys=True)
        out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
