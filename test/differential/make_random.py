"""Random files with what their own libraries read from them: make_random.py --seed 1 --count 200 --out DIR

Each file is written by h5py, netCDF4, astropy or zarr with a random mixture of types, shapes, chunks, filters and layouts, read
back by the same library, and described in DIR/expected.json: {file: {path: {dtype, shape, sha256}}}.
"""
import argparse, hashlib, json, os
import numpy as np

INTEGERS = ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8']
FLOATS = ['f2', 'f4', 'f8']


def digest(values):
    """Little-endian, C order."""
    a = np.ascontiguousarray(values)
    return hashlib.sha256(a.astype(a.dtype.newbyteorder('<')).tobytes()).hexdigest()


def text_digest(texts):
    return hashlib.sha256('\n'.join(texts).encode()).hexdigest()


def dtype_name(dtype):
    kind = {'i': 'int', 'u': 'uint', 'f': 'float', 'c': 'complex', 'b': 'bool'}[dtype.kind]
    return kind if kind == 'bool' else f'{kind}{dtype.itemsize * 8}'


def random_shape(rng, most_rank=4, most=20000):
    rank = int(rng.integers(1, most_rank + 1))
    while True:
        shape = tuple(int(n) for n in rng.integers(1, [400, 60, 24, 12][rank - 1] + 1, rank))
        if rng.random() < 0.05: shape = shape[:-1] + (1,)
        if np.prod(shape) <= most: return shape


def random_values(rng, shape, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == 'b': return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in 'iu':
        info = np.iinfo(dtype)
        if rng.random() < 0.4: return rng.integers(0, min(info.max, 100), shape).astype(dtype)
        return rng.integers(info.min, info.max, shape, dtype=dtype.newbyteorder('='), endpoint=True).astype(dtype)
    if dtype.kind == 'c': return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4)
    if rng.random() < 0.5: values = np.round(values, 1)
    out = values.astype(dtype)
    if out.size and rng.random() < 0.3: out.flat[rng.integers(0, out.size)] = np.nan
    return out


def random_text(rng, most=12):
    alphabet = 'abcXYZ 019-_äöß漢字é'
    return ''.join(alphabet[i] for i in rng.integers(0, len(alphabet), int(rng.integers(0, most))))


def random_chunks(rng, shape):
    return tuple(int(rng.integers(1, max(2, n + 1))) for n in shape)


def hdf5(rng, path):
    import h5py
    try: import hdf5plugin
    except ImportError: hdf5plugin = None
    low, high = [('earliest', 'v108'), ('v108', 'v110'), ('v110', 'v112'), ('v112', 'v114'), ('latest', 'latest'), ('earliest', 'latest')][rng.integers(0, 6)]
    options = dict(libver=(low, high))
    if rng.random() < 0.15: options['userblock_size'] = 512 * 2 ** int(rng.integers(0, 3))
    if rng.random() < 0.2: options['track_order'] = True
    if low != 'earliest' and 'userblock_size' not in options and rng.random() < 0.1: options.update(fs_strategy='page', fs_page_size=4096)
    expected = {}
    with h5py.File(path, 'w', **options) as f:
        for k in range(int(rng.integers(1, 7))):
            group = f.require_group('/'.join(['g%d' % rng.integers(0, 3)] * int(rng.integers(1, 4)))) if rng.random() < 0.5 else f
            name = f'v{k}'
            kind = rng.random()
            full = f'{group.name.rstrip("/")}/{name}'
            if kind < 0.12:
                texts = [random_text(rng) for _ in range(int(rng.integers(1, 60)))]
                if rng.random() < 0.5:
                    group.create_dataset(name, data=np.array(texts, dtype=object), dtype=h5py.string_dtype(), **({'chunks': (min(7, len(texts)),), 'compression': 'gzip'} if rng.random() < 0.5 else {}))
                else:
                    width = max(1, max(len(t.encode()) for t in texts) + int(rng.integers(0, 3)))
                    if width == 1: width = 2
                    group.create_dataset(name, data=np.array([t.encode() for t in texts], dtype=h5py.string_dtype('utf-8', width)))
                expected[full] = dict(dtype='string', shape=[len(texts)], sha256=text_digest(texts))
                continue
            shape = random_shape(rng) if kind > 0.16 else ()
            code = (INTEGERS + FLOATS + ['b'])[rng.integers(0, 12)]
            dtype = np.dtype('?') if code == 'b' else np.dtype(('>' if rng.random() < 0.3 else '<') + code)
            values = random_values(rng, shape, dtype)
            kw = {}
            if shape and rng.random() < 0.8:
                kw['chunks'] = random_chunks(rng, shape)
                if np.prod([-(-n // c) for n, c in zip(shape, kw['chunks'])]) > 3000: kw['chunks'] = shape
                if rng.random() < 0.5:
                    kw['maxshape'] = tuple(None if rng.random() < 0.5 else n + int(rng.integers(0, 5)) for n in shape)
                r = rng.random()
                if r < 0.35: kw.update(compression='gzip', compression_opts=int(rng.integers(0, 10)))
                elif r < 0.5: kw.update(compression='lzf')
                elif hdf5plugin and r < 0.8:
                    choice = rng.integers(0, 6)
                    if choice == 0: kw.update(hdf5plugin.Zstd(clevel=3))
                    elif choice == 1: kw.update(hdf5plugin.LZ4(nbytes=int(rng.choice([0, 64, 1024]))))
                    elif choice == 2: kw.update(hdf5plugin.Bitshuffle(nelems=int(rng.choice([0, 64, 512])), cname=str(rng.choice(['none', 'lz4', 'zstd']))))
                    elif choice == 3: kw.update(hdf5plugin.Blosc(cname=str(rng.choice(['blosclz', 'lz4', 'lz4hc', 'zlib', 'zstd'])), clevel=int(rng.integers(1, 9)), shuffle=int(rng.integers(0, 3))))
                    elif choice == 4: kw.update(hdf5plugin.Blosc2(cname=str(rng.choice(['blosclz', 'lz4', 'zlib', 'zstd'])), clevel=5, filters=int(rng.integers(0, 3))))
                    else: kw.update(hdf5plugin.BZip2())
                elif r < 0.9 and dtype.kind in 'iu' and dtype.byteorder != '>': kw.update(scaleoffset=0)
                if rng.random() < 0.4 and 'scaleoffset' not in kw: kw['shuffle'] = True
                if rng.random() < 0.3 and 'scaleoffset' not in kw: kw['fletcher32'] = True
            if shape and rng.random() < 0.3 and dtype.kind in 'iuf': kw['fillvalue'] = 7
            d = group.create_dataset(name, shape, dtype, **kw)
            if shape and rng.random() < 0.3:
                cut = tuple(slice(0, int(rng.integers(0, n + 1))) for n in shape)
                d[cut] = values[cut]
            else: d[...] = values
            if kw.get('maxshape') and rng.random() < 0.4:
                bigger = tuple(n if m is not None and m < n + 3 else n + 3 for n, m in zip(shape, kw['maxshape']))
                d.resize(bigger)
                if rng.random() < 0.5: d.resize(shape)
            for a in range(int(rng.choice([0, 1, 3, 12]))): d.attrs[f'a{a}'] = random_text(rng) if a % 2 else random_values(rng, (3,), 'i4')
            if rng.random() < 0.1: f[f'alias{k}'] = h5py.SoftLink(full) if rng.random() < 0.5 else d
            expected[full] = dict(dtype=None, shape=None, sha256=None)
    with h5py.File(path, 'r') as f:
        for full, e in expected.items():
            if e['sha256']: continue
            values = np.asarray(f[full][()])
            # HDF5 has no type of flags: h5py writes an enumeration.
            name = 'enum' if values.dtype.kind == 'b' else dtype_name(values.dtype)
            expected[full] = dict(dtype=name, shape=list(values.shape), sha256=digest(values))
    return expected


def netcdf(rng, path):
    import netCDF4
    form = str(rng.choice(['NETCDF3_CLASSIC', 'NETCDF3_64BIT_OFFSET', 'NETCDF3_64BIT_DATA', 'NETCDF4', 'NETCDF4_CLASSIC']))
    types = {'NETCDF3_CLASSIC': ['i1', 'i2', 'i4', 'f4', 'f8'], 'NETCDF3_64BIT_OFFSET': ['i1', 'i2', 'i4', 'f4', 'f8'], 'NETCDF4_CLASSIC': ['i1', 'i2', 'i4', 'f4', 'f8']}.get(form, INTEGERS + FLOATS[1:])
    expected = {}
    with netCDF4.Dataset(path, 'w', format=form) as d:
        d.set_auto_maskandscale(False)
        lengths = {}
        for k in range(int(rng.integers(1, 5))):
            unlimited = k == 0 and rng.random() < 0.6
            lengths[f'd{k}'] = (int(rng.integers(1, 20)), unlimited)
            d.createDimension(f'd{k}', None if unlimited else lengths[f'd{k}'][0])
        names = list(lengths)
        for k in range(int(rng.integers(1, 6))):
            first = [names[0]] if rng.random() < 0.5 else []
            dims = first + [n for n in names[1:] if rng.random() < 0.5]
            code = types[rng.integers(0, len(types))]
            kw = {}
            if form.startswith('NETCDF4') and dims:
                if rng.random() < 0.5: kw.update(zlib=True, complevel=int(rng.integers(1, 9)), shuffle=bool(rng.random() < 0.5))
                elif form == 'NETCDF4' and rng.random() < 0.3: kw.update(compression='zstd')
                if rng.random() < 0.2: kw['fletcher32'] = True
                if rng.random() < 0.3: kw['endian'] = 'big'
                if rng.random() < 0.5: kw['chunksizes'] = tuple(int(rng.integers(1, lengths[n][0] + 1)) for n in dims)
            v = d.createVariable(f'v{k}', code, tuple(dims), fill_value=None if rng.random() < 0.5 else 9, **kw)
            shape = tuple(lengths[n][0] for n in dims)
            values = random_values(rng, shape, code)
            if dims: v[tuple(slice(0, n) for n in shape)] = values
            else: v[...] = values
            v.units = 'K'
            if rng.random() < 0.5: v.note = random_text(rng) or 'x'
    with netCDF4.Dataset(path) as d:
        d.set_auto_maskandscale(False)
        for name, v in d.variables.items():
            values = np.asarray(v[...])
            expected['/' + name] = dict(dtype=dtype_name(values.dtype), shape=list(values.shape), sha256=digest(values))
    return expected


def fits(rng, path):
    from astropy.io import fits as F
    hdus = [F.PrimaryHDU()]
    for k in range(int(rng.integers(1, 5))):
        if rng.random() < 0.55:
            code = ['u1', 'i2', 'i4', 'i8', 'f4', 'f8', 'u2', 'u4', 'i1'][rng.integers(0, 9)]
            shape = random_shape(rng, 3)
            values = random_values(rng, shape, code)
            if len(shape) >= 2 and code not in ('i8', 'i1') and rng.random() < 0.6:
                options = ['GZIP_1', 'GZIP_2', 'RICE_1'] if code[0] != 'f' else ['GZIP_1', 'GZIP_2']
                kw = dict(compression_type=str(rng.choice(options)))
                if code[0] == 'f': kw['quantize_level'] = 0 if rng.random() < 0.5 else 16
                if rng.random() < 0.5: kw['tile_shape'] = tuple(int(rng.integers(1, n + 1)) for n in shape)
                if code[0] == 'f' and kw['quantize_level']: kw['quantize_method'] = int(rng.choice([-1, 1, 2])); kw['dither_seed'] = int(rng.integers(1, 10000))
                hdus.append(F.CompImageHDU(np.nan_to_num(values), **kw))
            else: hdus.append(F.ImageHDU(values))
        else:
            rows = int(rng.integers(0, 200))
            columns = []
            for c in range(int(rng.integers(1, 7))):
                t = str(rng.choice(['L', 'B', 'I', 'J', 'K', 'E', 'D', 'C', 'M', '3E', '2J', '8A', 'PJ', 'PE', '4I']))
                if t == '8A': data = np.array([random_text(rng, 6).encode('ascii', 'ignore').decode().rstrip() for _ in range(rows)], dtype='U8')
                elif t[0] == 'P': data = np.array([random_values(rng, (int(rng.integers(0, 5)),), {'J': 'i4', 'E': 'f4'}[t[1]]) for _ in range(rows)] + [None], dtype=object)[:-1]
                else:
                    code = {'L': '?', 'B': 'u1', 'I': 'i2', 'J': 'i4', 'K': 'i8', 'E': 'f4', 'D': 'f8', 'C': 'c8', 'M': 'c16'}[t[-1]]
                    data = random_values(rng, (rows,) + ((int(t[0]),) if t[0].isdigit() else ()), code)
                columns.append(F.Column(name=f'c{c}', format=t, array=data))
            hdus.append(F.BinTableHDU.from_columns(columns))
    F.HDUList(hdus).writeto(path, overwrite=True, checksum=bool(rng.random() < 0.3))
    expected = {}
    with F.open(path, do_not_scale_image_data=False) as hs:
        for i, h in enumerate(hs):
            if isinstance(h, F.BinTableHDU):
                for column in h.columns:
                    values = h.data[column.name]
                    if 'P' in column.format: continue
                    if 'A' in column.format: expected[f'/{i}/{column.name}'] = dict(dtype='string', shape=[len(values)], sha256=text_digest([str(v).rstrip() for v in values]))
                    else:
                        values = np.asarray(values)
                        expected[f'/{i}/{column.name}'] = dict(dtype=dtype_name(values.dtype), shape=list(values.shape), sha256=digest(values))
            elif h.data is not None and not (isinstance(h, F.CompImageHDU) and h.data.dtype.kind == 'f'):
                values = np.asarray(h.data)
                e = dict(dtype=dtype_name(values.dtype), shape=list(values.shape), sha256=None if h.header.get('BZERO') else digest(values))
                e.update(min=float(np.nanmin(values)) if values.size and not np.isnan(values).all() else None)
                expected[f'/{i}/data'] = e
            elif h.data is not None:
                values = np.asarray(h.data)
                expected[f'/{i}/data'] = dict(dtype=dtype_name(values.dtype), shape=list(values.shape), sha256=None, min=float(np.nanmin(values)), mean=float(np.nanmean(values.astype('f8'))))
    return expected


def zarr(rng, path):
    import zarr as Z
    from numcodecs import Blosc, Zlib, BZ2, LZ4, Zstd, Delta, Shuffle
    version = int(rng.choice([2, 3]))
    root = Z.open_group(path, mode='w', zarr_format=version)
    arrays = {}
    for k in range(int(rng.integers(1, 5))):
        shape = random_shape(rng)
        code = (INTEGERS + FLOATS + ['b'])[rng.integers(0, 12)]
        dtype = np.dtype('?') if code == 'b' else np.dtype(('>' if rng.random() < 0.3 and version == 2 and code[1] != '1' else '<') + code)
        values = random_values(rng, shape, dtype)
        chunks = random_chunks(rng, shape)
        if np.prod([-(-n // c) for n, c in zip(shape, chunks)]) > 300: chunks = shape
        kw = dict(shape=shape, chunks=chunks, dtype=dtype, fill_value=dtype.type(0) if rng.random() < 0.5 else dtype.type(1))
        if version == 2:
            kw['compressors'] = [None, Blosc(cname=str(rng.choice(['lz4', 'zstd', 'zlib', 'blosclz'])), shuffle=int(rng.integers(0, 3))), Zlib(), BZ2(), LZ4(), Zstd()][rng.integers(0, 6)]
            if rng.random() < 0.2 and dtype.kind in 'iu' and dtype.byteorder != '>': kw['filters'] = [Delta(dtype=dtype.str)]
            if rng.random() < 0.3: kw['order'] = 'F'
            if rng.random() < 0.3: kw['chunk_key_encoding'] = dict(name='v2', separator='/')
        else:
            from zarr.codecs import BloscCodec, GzipCodec, ZstdCodec, Crc32cCodec, TransposeCodec, BytesCodec
            kw['compressors'] = [None, BloscCodec(typesize=max(1, dtype.itemsize), cname='zstd', shuffle='bitshuffle'), GzipCodec(), ZstdCodec(), [ZstdCodec(checksum=True), Crc32cCodec()]][rng.integers(0, 5)]
            if rng.random() < 0.3 and dtype.itemsize > 1: kw['serializer'] = BytesCodec(endian='big')
            if rng.random() < 0.3: kw['filters'] = [TransposeCodec(order=tuple(int(x) for x in rng.permutation(len(shape))))]
            if rng.random() < 0.4: kw['shards'] = tuple(c * int(rng.integers(1, 4)) for c in chunks)
            if rng.random() < 0.3: kw['dimension_names'] = [f'd{i}' for i in range(len(shape))]
        a = root.create_array(f'v{k}', **kw)
        if rng.random() < 0.3:
            cut = tuple(slice(0, int(rng.integers(0, n + 1))) for n in shape)
            a[cut] = values[cut]
        else: a[...] = values
        arrays[f'v{k}'] = a
    if rng.random() < 0.4: Z.consolidate_metadata(path)
    expected = {}
    for name, a in arrays.items():
        values = np.asarray(a[...])
        expected['/' + name] = dict(dtype=dtype_name(values.dtype), shape=list(values.shape), sha256=digest(values))
    return expected


MAKERS = dict(hdf5=(hdf5, 'h5'), netcdf=(netcdf, 'nc'), fits=(fits, 'fits'), zarr=(zarr, 'zarr'))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=200)
    parser.add_argument('--kind', default='all')
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    expected, refused = {}, {}
    kinds = list(MAKERS) if options.kind == 'all' else [options.kind]
    for i in range(options.count):
        kind = kinds[i % len(kinds)]
        make, suffix = MAKERS[kind]
        name = f'{kind}-{options.seed}-{i}.{suffix}'
        rng = np.random.default_rng([options.seed, i])
        try: expected[name] = make(rng, os.path.join(options.out, name))
        except Exception as error: refused[name] = f'{type(error).__name__}: {error}'[:200]
    with open(os.path.join(options.out, 'expected.json'), 'w') as f: json.dump(dict(files=expected, refused=refused), f)


main()
