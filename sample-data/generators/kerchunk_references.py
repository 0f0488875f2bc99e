"""References to sample files, as kerchunk makes them, with the JSON that the tests compare. Usage: kerchunk_references.py OUT

OUT must hold hdf5-contract/chunked.nc and netcdf3/records-padded.nc: the references point at them, relative to their own place. What
they give is read back by fsspec's reference file system and zarr-python.
"""
import json
import os
import shutil
import sys

import fsspec
import fsspec.implementations.reference
import kerchunk.df
import kerchunk.hdf
import kerchunk.netCDF3
import numpy as np
import zarr

os.chdir(sys.argv[1])
# Parquet through pyarrow.
mapper = fsspec.implementations.reference.LazyReferenceMapper
mapper.__init__.__defaults__ = tuple("pyarrow" if x == "fastparquet" else x for x in mapper.__init__.__defaults__)
HDF, CLASSIC = "hdf5-contract/chunked.nc", "netcdf3/records-padded.nc"


def translate(path, **options):
    maker = kerchunk.netCDF3.NetCDF3ToZarr if path.startswith("netcdf3") else kerchunk.hdf.SingleHdf5ToZarr
    return maker(path, **options).translate()


def values(references):
    """Every array, read through fsspec, before its targets are made relative."""
    fs = fsspec.filesystem("reference", fo=references, simple_templates=False)
    mapping = fs.get_mapper("")
    store = zarr.storage.FsspecStore.from_mapper(mapping) if hasattr(mapping, "fs") else mapping
    group = zarr.open_group(store, mode="r", zarr_format=2)
    found = {}
    for name, array in sorted(group.members(max_depth=None)):
        if isinstance(array, zarr.Group):
            continue
        data = np.asarray(array[...])
        if data.dtype.kind in "iufb":
            found["/" + name] = {"dtype": data.dtype.newbyteorder("=").name, "shape": list(data.shape), "values": [plain(x) for x in data.ravel()]}
    return found


def plain(x):
    if isinstance(x, np.floating):
        x = float(x)
        return x if np.isfinite(x) else str(x).replace("nan", "NaN").replace("inf", "Infinity")
    return str(int(x)) if isinstance(x, (np.int64, np.uint64)) else int(x)


def dump(name, document):
    with open(name, "w") as file:
        json.dump(document, file, indent=1)


expected = {}

# Version 1, some chunks inline, target relative; and version 0, nothing inline.
document = translate(HDF, inline_threshold=40)
expected["kerchunk-hdf5.json"] = values(document)
dump("kerchunk-hdf5.json", document)
document = translate(CLASSIC, inline_threshold=0)
expected["kerchunk-classic.json"] = values(document)
dump("kerchunk-classic.json", document["refs"])

# Parquet, several tables for one array.
shutil.rmtree("kerchunk-parquet", ignore_errors=True)
document = translate(CLASSIC, inline_threshold=2)
expected["kerchunk-parquet"] = values(document)
kerchunk.df.refs_to_dataframe(document, "kerchunk-parquet", record_size=2)

# Templates and generated references: the numbers of a plain file, one per chunk, the last of them absent.
np.arange(24, dtype="<i4").tofile("kerchunk-plain.bin")
array = {"zarr_format": 2, "shape": [4, 7], "chunks": [1, 2], "dtype": "<i4", "compressor": None, "filters": None, "order": "C", "fill_value": -1}
document = {
    "version": 1,
    "templates": {"u": "kerchunk-plain.bin", "f": "kerchunk-{{c}}.bin"},
    "gen": [
        {
            "key": "x/{{i}}.{{j}}",
            "url": "{{u}}",
            "offset": "{{(i * 3 + j) * 8}}",
            "length": "8",
            "dimensions": {"i": {"stop": 4}, "j": [0, 1, 2]},
        },
        {"key": "y/{{ '%d' % k }}", "url": "{{ f(c='plain') }}", "dimensions": {"k": {"start": 0, "stop": 2}}},
    ],
    "refs": {
        ".zgroup": '{"zarr_format": 2}',
        ".zattrs": '{"title": "templates"}',
        "x/.zarray": json.dumps(array),
        "x/.zattrs": '{"_ARRAY_DIMENSIONS": ["i", "j"]}',
        "y/.zarray": json.dumps({**array, "shape": [72], "chunks": [24]}),
        "z/.zarray": json.dumps({**array, "shape": [4], "chunks": [2]}),
        "z/0": ["{{f(c='plain')}}", 8, 8],
        "z/1": "base64:BwAAAAgAAAA=",
    },
}
expected["kerchunk-templates.json"] = values(document)
dump("kerchunk-templates.json", document)
dump("kerchunk-expected.json", expected)
