"""Reads one box of a remote variable, again and again. Usage: remote_box.py LIBRARY URL VARIABLE SLICES RUNS [REFERENCES]"""
import json, sys, time

library, url, variable, slices, runs = sys.argv[1:6]
box = tuple(slice(*pair) for pair in json.loads(slices))


def once():
    if library == "h5netcdf":
        import fsspec, h5netcdf

        with fsspec.filesystem("http", skip_instance_cache=True).open(url) as f, h5netcdf.File(f) as data:
            return data[variable][box]
    import fsspec, zarr

    fs = fsspec.filesystem("reference", fo=sys.argv[6], remote_protocol="http", remote_options={"asynchronous": True}, asynchronous=True, skip_instance_cache=True)
    return zarr.open_group(zarr.storage.FsspecStore(fs, read_only=True, path=""), mode="r", zarr_format=2)[variable][box]


took = []
for _ in range(int(runs)):
    start = time.perf_counter()
    values = once()
    took.append(time.perf_counter() - start)
print(values.size, f"{float(values.astype('f8').sum()):.4e}", f"{min(took):.4f}")
