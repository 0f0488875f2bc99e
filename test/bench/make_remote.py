"""python make_remote.py FOLDER BOX…: a netCDF-4 file of about 89 MB (seeded) as netCDF4-python writes it, for reading over HTTP.

Prints the byte ranges of the chunks that each box ([[start, stop], …] in JSON) needs, as h5py tells them.
"""
import itertools, json, os, sys
import h5py, netCDF4, numpy as np

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, "remote.nc")
if not os.path.exists(path):
    random = np.random.default_rng(20261124)
    with netCDF4.Dataset(path + ".new", "w") as f:
        for name, length in (("time", 576), ("lat", 184), ("lon", 360)):
            f.createDimension(name, length)
            f.createVariable(name, "f8", (name,))[:] = np.arange(length)
        f["time"].units = "hours since 2020-01-01"
        f["lat"].units, f["lon"].units = "degrees_north", "degrees_east"
        f["lat"][:] = np.linspace(-91.5, 91.5, 184) * 0.98
        t2m = f.createVariable("t2m", "f4", ("time", "lat", "lon"), zlib=True, complevel=4, shuffle=True, chunksizes=(24, 46, 90))
        t2m.units = "K"
        smooth = 270 + 30 * np.cos(np.linspace(-1.5, 1.5, 184))[:, None] + 5 * np.sin(np.linspace(0, 6.28, 360))[None, :]
        for start in range(0, 576, 24):
            t2m[start:start + 24] = np.round(smooth + random.normal(0, 3, (24, 184, 360)), 3)
    os.rename(path + ".new", path)
with h5py.File(path) as f:
    data = f["t2m"]
    for box in map(json.loads, sys.argv[2:]):
        cells = [range(start // n, (stop - 1) // n + 1) for (start, stop), n in zip(box, data.chunks)]
        chunks = (data.id.get_chunk_info_by_coord(tuple(i * n for i, n in zip(cell, data.chunks))) for cell in itertools.product(*cells))
        print(json.dumps([[c.byte_offset, c.size] for c in chunks]))
