"""HDF5 and netCDF-4 files, one per oddity of the metadata, and what h5py and netCDF4-python say of them.

    python sample-data/generators/hdf5_metadata.py sample-data

Beside `hdf5-NAME.h5` (or .nc) stands `hdf5-NAME.json`: every dataset by path as h5py sees it, and dimensions and variables as
netCDF-C does, where it can open the file.
"""
import ctypes, glob, json, os, sys
import h5py, netCDF4, numpy as np

OUT = sys.argv[1]
FILES = {}


def case(name):
    def register(make):
        FILES[name] = make
        return make
    return register


@case("old-groups.h5")
def old_groups(path):
    """Symbol tables whose B-tree has two levels, cached soft links."""
    with h5py.File(path, "w", libver="earliest") as f:
        f["data"] = np.arange(6, dtype="<i4").reshape(2, 3)
        g = f.create_group("many")
        for i in range(300):
            g[f"link{i:03d}"] = h5py.SoftLink("/data")
        g["own"] = np.float32(1.5)


@case("latest.h5")
def latest(path):
    """Superblock 3, object headers 2, links in order of creation."""
    with h5py.File(path, "w", libver="latest", track_order=True) as f:
        f.create_dataset("zulu", data=np.arange(4, dtype=">i2"))
        f.create_dataset("alpha", data=np.arange(5, dtype="<u8"), maxshape=(None,), chunks=(3,), track_order=True)
        for name in ("c", "a", "b"):
            f["alpha"].attrs[name] = name
        g = f.create_group("group", track_order=True)
        g.create_dataset("inner", data=np.float64(2))
        f.attrs["title"] = "latest"


@case("dense-links.h5")
def dense_links(path):
    """Links in a fractal heap with indirect blocks."""
    with h5py.File(path, "w", libver="latest") as f:
        f["data"] = np.arange(3, dtype="u1")
        g = f.create_group("dense")
        for i in range(400):
            g[f"a rather long name for a soft link, number {i:03d}"] = h5py.SoftLink("/data")
        g["data"] = np.arange(2, dtype="i1")


@case("dense-attributes.h5")
def dense_attributes(path):
    """Attributes in a fractal heap, one of them huge (more than 4 KiB), one of them with a committed type."""
    with h5py.File(path, "w", libver="latest") as f:
        d = f.create_dataset("data", data=np.arange(3, dtype="<f4"), track_order=True)
        f["type"] = np.dtype("<i4")
        for i in range(40):
            d.attrs[f"n{39 - i:02d}"] = np.arange(i % 3 + 1, dtype="<i4")
        d.attrs["huge"] = np.arange(1500, dtype="<f8")
        d.attrs.create("committed", 7, dtype=f["type"])
        g = f.create_group("group")
        for i in range(12):
            g.attrs[f"text{i}"] = "t" * i


@case("userblock.h5")
def userblock(path):
    with h5py.File(path, "w", userblock_size=1024, libver="earliest") as f:
        f["data"] = np.arange(4, dtype="<i2")
        f["data"].attrs.create("words", ["one", "two"], dtype=h5py.string_dtype())
    with open(path, "r+b") as raw:
        raw.write(b"something else first")


@case("types.h5")
def types(path):
    with h5py.File(path, "w") as f:
        for name in "i1 >i2 <i4 >i8 u1 <u2 >u4 <u8 <f2 >f2 <f4 >f8".split():
            f["number_" + name.replace("<", "le_").replace(">", "be_")] = np.arange(3).astype(name)
        f.create_dataset("bool", data=np.array([True, False]))
        f.create_dataset("enum", data=np.array([1, -2], "i2"), dtype=h5py.enum_dtype({"LOW": -2, "HIGH": 1}, "i2"))
        f.create_dataset("fixed", data=np.array([b"abc", b"de"], "S4"))
        f.create_dataset("char", data=np.array([[b"a", b"b"], [b"c", b"d"]], "S1"))
        f.create_dataset("text", data=["x", "größer"], dtype=h5py.string_dtype())
        f.create_dataset("vlen", (2,), dtype=h5py.vlen_dtype("<i4"))
        f["vlen"][0] = [1, 2]
        f["vlen"][1] = [3]
        f.create_dataset("compound", data=np.zeros(2, [("a", "<i4"), ("b", "S3"), ("c", "<f8", (2, 2)), ("d", [("x", ">i2"), ("y", "u1")])]))
        f.create_dataset("opaque", data=np.array([b"\1\2\3"], "V3"))
        f.create_dataset("array", (2,), dtype=np.dtype(("<i2", (3, 2))))
        f.create_dataset("reference", data=f["enum"].ref, dtype=h5py.ref_dtype)
        bits = h5py.h5t.STD_I16LE.copy()
        bits.set_precision(11)
        bits.set_offset(2)
        h5py.h5d.create(f.id, b"bits", bits, h5py.h5s.create_simple((2,)))
        h5py.h5d.create(f.id, b"bitfield", h5py.h5t.STD_B8LE, h5py.h5s.create_simple((3,)))


@case("attributes.h5")
def attributes(path):
    with h5py.File(path, "w") as f:
        d = f.create_dataset("data", data=np.int32(1))
        a = d.attrs
        a["i8"] = np.array([-9007199254740993, 5], "<i8")
        a["f4"] = np.float32(0.1)
        a["f2"] = np.array([1.5, -0.25], "<f2")
        a["be"] = np.array([1.25, 2], ">f8")
        a["utf8"] = "größer"
        a["latin1"] = np.bytes_("größer".encode("latin-1"))
        a["fixed"] = np.array([b"ab", b"c"], "S2")
        a.create("strings", ["a", "", "bc"], dtype=h5py.string_dtype())
        a.create("enum", np.int8(2), dtype=h5py.enum_dtype({"A": 1, "B": 2}, "i1"))
        a["bool"] = True
        a["compound"] = np.array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")])
        a["reference"] = f["data"].ref
        a.create("vlen", np.array([np.array([1, 2], "<i4"), np.array([3], "<i4")], object), dtype=h5py.vlen_dtype("<i4"))
        a["array"] = np.arange(6, dtype="<i2").reshape(2, 3)
        a["empty"] = h5py.Empty("<f4")
        a["none"] = np.zeros(0, "<i4")


@case("committed-types.h5")
def committed_types(path):
    with h5py.File(path, "w") as f:
        f["point"] = np.dtype([("x", "<f4"), ("y", "<f4")])
        f["number"] = np.dtype(">i4")
        f.create_dataset("points", (2,), dtype=f["point"])
        f.create_dataset("numbers", (3,), dtype=f["number"], fillvalue=-5)


@case("links.h5")
def links(path):
    """Hard links, soft ones to datasets and groups, cycles of both, links that lead nowhere."""
    with h5py.File(path, "w") as f:
        f["group/data"] = np.arange(3, dtype="<i4")
        f["also"] = f["group/data"]
        f["group/up"] = f["/"]
        f["group/self"] = h5py.SoftLink(".")
        f["soft"] = h5py.SoftLink("group/data")
        f["softer"] = h5py.SoftLink("/soft")
        f["soft_group"] = h5py.SoftLink("/group")
        f["round"] = h5py.SoftLink("round")
        f["nowhere"] = h5py.SoftLink("/not/there")
        f["outside"] = h5py.ExternalLink("absent.h5", "/data")


@case("external-links.h5")
def external_links(path):
    """Links into other files, to a group there, back to this file, and to files and objects that are not there."""
    with h5py.File(path, "w") as f:
        f["own"] = np.arange(2, dtype="<i4")
        f["inner"] = h5py.ExternalLink("hdf5-latest.h5", "/group/inner")
        f["group"] = h5py.ExternalLink("hdf5-links.h5", "group")
        f["back"] = h5py.ExternalLink("hdf5-external-links.h5", "/")
        f["again"] = h5py.ExternalLink("hdf5-external-links.h5", "/own")
        f["soft"] = h5py.SoftLink("/group/data")
        f["no_file"] = h5py.ExternalLink("hdf5-absent.h5", "/x")
        f["no_object"] = h5py.ExternalLink("hdf5-latest.h5", "/absent")


@case("null.h5")
def null(path):
    with h5py.File(path, "w") as f:
        f["null"] = h5py.Empty("<i4")
        f["scalar"] = np.int32(3)
        f.create_dataset("zero", (0, 4), dtype="<f4")


@case("layouts.h5")
def layouts(path):
    with h5py.File(path, "w", libver="latest") as f:
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        d = h5py.h5d.create(f.id, b"compact", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((4,)), compact)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(4, dtype="<i4"))
        f.create_dataset("contiguous", data=np.arange(4, dtype="<i4"))
        f.create_dataset("unwritten", (4,), dtype="<i4", fillvalue=9)
        f.create_dataset("filtered", (10, 20), chunks=(4, 6), maxshape=(None, 20), dtype="<f4", compression="gzip", compression_opts=4, shuffle=True, fletcher32=True)
        f.create_dataset("external", (4,), dtype="<i4", external=[("raw-a.bin", 0, 8), ("raw-b.bin", 4, 8)])


@case("phony.h5")
def phony(path):
    """Dimensions without names: shared by length inside a group, not inside a variable; groups below come first."""
    with h5py.File(path, "w", libver="earliest") as f:
        f["a"] = np.zeros((3, 3, 4), "<i4")
        f["b"] = np.zeros((4, 3), "<i4")
        f.create_dataset("u", (3,), maxshape=(None,), dtype="<i4", chunks=(2,))
        f["g/c"] = np.zeros((3,), "<i4")
        f["g/h/d"] = np.zeros((5,), "<i4")
        f["scale"] = np.arange(4, dtype="<f4")
        f["scale"].make_scale("scale")


@case("scales.h5")
def scales(path):
    """Dimension scales by h5py: no marks of netCDF-4 but theirs."""
    with h5py.File(path, "w") as f:
        f["lat"] = np.arange(2, dtype="<f4")
        f["lon"] = np.arange(3, dtype="<f4")
        f["lat"].make_scale("latitude")
        f["lon"].make_scale()
        f["t"] = np.zeros((2, 3), "<i2")
        f["t"].dims[0].attach_scale(f["lat"])
        f["t"].dims[1].attach_scale(f["lon"])


@case("half-attached.h5")
def half_attached(path):
    """A dataset with a scale for one dimension and none for the other, which netCDF4-python cannot open."""
    with h5py.File(path, "w") as f:
        f["lat"] = np.arange(2, dtype="<f4")
        f["lat"].make_scale()
        f["half"] = np.zeros((2, 7), "<i2")
        f["half"].dims[0].attach_scale(f["lat"])


@case("netcdf4.nc")
def netcdf4(path):
    with netCDF4.Dataset(path, "w") as d:
        d.title = "groups, unlimited and hidden dimensions"
        d.createDimension("time", None)
        d.createDimension("lat", 2)
        d.createDimension("bare", 5)
        d.createVariable("time", "f8", ("time",))[:] = [0, 1, 2]
        d.createVariable("short", "i4", ("time", "lat"), fill_value=-1)[:2] = 7
        d.createVariable("never", "i4", ("time",))
        d.createVariable("bare_too", "u1", ("bare",))[:] = 1
        g = d.createGroup("g")
        g.createDimension("lat", 3)
        g.createVariable("lat", "f4", ("lat",))[:] = [1, 2, 3]
        v = g.createVariable("v", "i2", ("time", "lat", "bare"))
        v.setncattr("scale_factor", np.float32(0.1))
        v.setncattr_string("comment", ["one", "two"])
        v.flag_values = np.array([1, 2], "i1")
        h = g.createGroup("h")
        h.createVariable("w", "i8", ("lat",))
        d.createVariable("lat", "f4", ("bare", "lat"))      # a variable named like a dimension, and not its coordinate
        d.createDimension("station", 2)
        d.createVariable("station", "S1", ("station", "bare"))   # a coordinate of two dimensions
        d.createVariable("scalar", "f4", ())


@case("netcdf4-types.nc")
def netcdf4_types(path):
    with netCDF4.Dataset(path, "w") as d:
        d.createDimension("x", 2)
        kind = d.createEnumType(np.uint8, "kind", {"CLEAR": 0, "CLOUDY": 1})
        point = d.createCompoundType(np.dtype([("a", "i4"), ("b", "f8")], align=True), "point")
        ragged = d.createVLType(np.int16, "ragged")
        d.createVariable("e", kind, ("x",))[:] = [0, 1]
        d.createVariable("c", point, ("x",))
        r = d.createVariable("r", ragged, ("x",))
        r[0] = np.array([1, 2], "i2")
        d.createVariable("s", str, ("x",))[0] = "text"
        d.createVariable("ch", "S1", ("x",))


@case("netcdf4-classic.nc")
def netcdf4_classic(path):
    with netCDF4.Dataset(path, "w", format="NETCDF4_CLASSIC") as d:
        d.createDimension("t", None)
        d.createDimension("x", 3)
        d.createVariable("v", "f4", ("t", "x"))[0] = 1
        d.createVariable("x", "i2", ("x",))[:] = [1, 2, 3]


@case("shared-messages.h5")
def shared_messages(path):
    """Datatypes, dataspaces, fill values and attributes in the file's table of shared messages."""
    lib = ctypes.CDLL(next(p for p in glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*")) if "hl" not in p))
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    ident = ctypes.c_int64(plist.id)
    assert lib.H5Pset_shared_mesg_nindexes(ident, ctypes.c_uint(2)) >= 0
    assert lib.H5Pset_shared_mesg_index(ident, ctypes.c_uint(0), ctypes.c_uint(0x02 | 0x01 | 0x04), ctypes.c_uint(1)) >= 0
    assert lib.H5Pset_shared_mesg_index(ident, ctypes.c_uint(1), ctypes.c_uint(0x08 | 0x10), ctypes.c_uint(1)) >= 0
    fapl = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    fapl.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
    with h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, plist, fapl)) as f:
        kind = np.dtype([("first", "<i4"), ("second", "<f8")])
        for name in ("a", "b", "c"):
            f.create_dataset(name, (3, 2), dtype=kind)
            f.create_dataset(name + "n", (4,), dtype="<i4", fillvalue=-7)
            f[name + "n"].attrs["same"] = "the same text in every one of them"


# ---- what the outside tools say ----
def plain(x):
    if isinstance(x, bytes):
        try: return x.decode()
        except UnicodeDecodeError: return x.decode("latin-1")
    if isinstance(x, np.void): return [plain(y) for y in x.tolist()] if x.dtype.names else x.tobytes().hex()
    if isinstance(x, np.ndarray): return [plain(y) for y in x.ravel()] if x.dtype.kind in "OSUV" else [plain(y) for y in x.ravel().tolist()]
    if isinstance(x, (list, tuple)): return [plain(y) for y in x]
    if isinstance(x, np.generic): return plain(x.item())
    if isinstance(x, bool): return int(x)
    if isinstance(x, int) and abs(x) > 2**53: return str(x)
    if isinstance(x, float) and x != x: return "NaN"
    return x


def values(f, x):
    if isinstance(x, h5py.Empty): return []
    if isinstance(x, h5py.Reference): return [f[x].name]
    p = plain(x)
    return p if isinstance(x, np.ndarray) else [p]


def attrs_of(f, o):
    hidden = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_nc3_strict", "_NCProperties"}
    return {k: values(f, o.attrs[k]) for k in o.attrs if k not in hidden}


def dataset(f, d):
    try: kind = str(d.dtype)
    except TypeError: kind = None
    fill = None
    try: fill = plain(d.fillvalue) if d.dtype.kind in "iuf" else None
    except Exception: pass
    return {"class": d.id.get_type().get_class(), "size": d.id.get_type().get_size(), "dtype": kind,
            "shape": None if d.shape is None else list(d.shape),
            "maxshape": list(d.maxshape) if d.shape is not None else None,
            "chunks": list(d.chunks) if d.chunks else None, "fill": fill, "attributes": attrs_of(f, d)}


def by_h5py(path):
    """Hard links only; each path."""
    out, groups = {}, {"/": None}
    with h5py.File(path, "r") as f:
        groups["/"] = attrs_of(f, f)
        def visit(g, above):
            for name in g:
                if not isinstance(g.get(name, getlink=True), h5py.HardLink): continue
                o = g[name]
                p = g.name.rstrip("/") + "/" + name
                if isinstance(o, h5py.Dataset): out[p] = dataset(f, o)
                elif isinstance(o, h5py.Group) and o.id.__hash__() not in above:
                    groups[p] = attrs_of(f, o)
                    visit(f[p], above | {o.id.__hash__()})
        visit(f, {f["/"].id.__hash__()})
    return {"datasets": out, "groups": groups}


def by_netcdf(path):
    try: d = netCDF4.Dataset(path)
    except Exception as e: return {"error": str(e)}
    out = {"dimensions": {}, "variables": {}}
    def visit(g):
        base = g.path.rstrip("/") + "/"
        for n, x in g.dimensions.items(): out["dimensions"][base + n] = {"length": len(x), "unlimited": x.isunlimited()}
        for n, v in g.variables.items(): out["variables"][base + n] = {"dims": list(v.dimensions), "dim_paths": [q and q.group().path.rstrip("/") + "/" + q.name for q in v.get_dims()], "shape": [q and len(q) for q in v.get_dims()]}
        for c in g.groups.values(): visit(c)
    visit(d)
    d.close()
    return out


SKIP_NETCDF = {"external-links.h5", "links.h5", "old-groups.h5", "dense-links.h5", "types.h5"}   # libnetcdf crashes on cycles; the others say nothing more
for name, make in FILES.items():
    path = os.path.join(OUT, "hdf5-" + name)
    if os.path.exists(path): os.remove(path)
    make(path)
    told = {"file": "hdf5-" + name, "oddity": (make.__doc__ or make.__name__.replace("_", " ")).strip(), "made_by": f"h5py {h5py.__version__} (HDF5 {h5py.version.hdf5_version}), netCDF4 {netCDF4.__version__} (netCDF-C {netCDF4.__netcdf4libversion__})", **by_h5py(path)}
    if name not in SKIP_NETCDF: told["netcdf"] = by_netcdf(path)
    with open(os.path.splitext(path)[0] + ".json", "w") as out: json.dump(told, out, indent=1, ensure_ascii=False); out.write("\n")
    print(name, os.path.getsize(path), told.get("netcdf", {}).get("error", ""))
