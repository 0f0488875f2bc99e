"""Random archives, a random subset of each, and its rows as xarray has them: random_archives.py --seed 1 --count 50 --out DIR

DIR/<case>/in holds netCDF files of one grid cut along time; DIR/<case>/rows.parquet the rows that xarray decodes, filtered by
pandas; DIR/cases.json the arguments of `convert` that ask for them.
"""
import argparse, json, os
import numpy as np, pandas as pd, xarray as xr


def coordinate(rng, first, last, n):
    values = np.linspace(first, last, n)
    if rng.random() < 0.3: values = np.sort(rng.uniform(min(first, last), max(first, last), n))
    if rng.random() < 0.4: values = values[::-1]
    return values.astype(['f4', 'f8'][rng.integers(0, 2)])


def archive(rng, folder):
    n_time, n_lat, n_lon = int(rng.integers(2, 60)), int(rng.integers(1, 20)), int(rng.integers(1, 30))
    unit = str(rng.choice(['hours', 'days', 'minutes', 'seconds']))
    step = {'hours': 'h', 'days': 'D', 'minutes': 'min', 'seconds': 's'}[unit]
    start = pd.Timestamp('1990-01-01') + pd.Timedelta(int(rng.integers(0, 12000)), 'D')
    time = pd.date_range(start, periods=n_time, freq=f'{int(rng.integers(1, 30))}{step}')
    west = [0, -180, 100][rng.integers(0, 3)]
    lon = np.sort(coordinate(rng, west, west + 350, n_lon))
    lat = coordinate(rng, -88, 88, n_lat)
    data, encoding = {}, {}
    for k in range(int(rng.integers(1, 4))):
        dims = ('time', 'lat', 'lon') if rng.random() < 0.85 else ('time', 'lon')
        shape = tuple(dict(time=n_time, lat=n_lat, lon=n_lon)[d] for d in dims)
        values = np.round(rng.normal(280, 20, shape), 2)
        values[rng.random(shape) < rng.choice([0, 0.1, 0.9])] = np.nan
        kind = rng.integers(0, 4)
        e = dict(zlib=bool(rng.random() < 0.7), chunksizes=tuple(int(rng.integers(1, min(n, 12) + 1)) for n in shape))
        if kind == 0: e.update(dtype='i2', scale_factor=0.01, add_offset=280.0, _FillValue=-32768)
        elif kind == 1: e.update(dtype='f4', _FillValue=np.float32(1e20))
        elif kind == 2: e.update(dtype='f8', _FillValue=None)
        else: e.update(dtype='u1', scale_factor=1.0, add_offset=150.0, _FillValue=255)
        data[f'v{k}'] = (dims, values); encoding[f'v{k}'] = e
    ds = xr.Dataset(data, dict(time=time, lat=('lat', lat), lon=('lon', lon)))
    ds.lat.attrs.update(units='degrees_north', standard_name='latitude')
    ds.lon.attrs.update(units='degrees_east', standard_name='longitude')
    if rng.random() < 0.2: ds = ds.isel(time=slice(0, 1))
    cuts = sorted(set([0, ds.sizes['time']] + [int(c) for c in rng.integers(0, ds.sizes['time'] + 1, int(rng.integers(0, 4)))]))
    os.makedirs(folder)
    form = str(rng.choice(['NETCDF4', 'NETCDF4', 'NETCDF3_64BIT', 'NETCDF4_CLASSIC']))
    for i, (a, b) in enumerate(zip(cuts, cuts[1:])):
        part = ds.isel(time=slice(a, b))
        own = {}
        for name in part.data_vars:
            e = dict(encoding[name])
            if form != 'NETCDF4' and e['dtype'] == 'u1': e.update(dtype='i2')
            if form.startswith('NETCDF3'):
                for key in ('zlib', 'chunksizes'): e.pop(key)
            else: e['chunksizes'] = tuple(min(c, n) for c, n in zip(e['chunksizes'], part[name].shape))
            if e['dtype'] == 'i2' and rng.random() < 0.3: e['scale_factor'] = 0.02      # packed otherwise in each file
            own[name] = e
        own['time'] = dict(units=f'{unit} since {str(pd.Timestamp(time[0 if rng.random() < 0.5 else a]))}', dtype='f8' if rng.random() < 0.3 else 'i4')
        part.to_netcdf(f'{folder}/part{i}.nc', format=form, encoding=own, unlimited_dims=['time'] if rng.random() < 0.5 else [])
    return ds


def rows_of(folder):
    names = sorted(os.listdir(folder))
    with xr.open_mfdataset([f'{folder}/{n}' for n in names], combine='nested', concat_dim='time', data_vars='minimal', coords='minimal', compat='override', join='override') as ds: ds = ds.load()
    wide = [n for n in ds.data_vars if 'lat' in ds[n].dims]
    return ds, {True: wide, False: [n for n in ds.data_vars if n not in wide]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1); parser.add_argument('--count', type=int, default=50); parser.add_argument('--out', required=True)
    options = parser.parse_args()
    cases, refused = [], {}
    for i in range(options.count):
        rng = np.random.default_rng([options.seed, i, 7])
        folder = f'{options.out}/{i}'
        try:
            archive(rng, f'{folder}/in')
            ds, groups = rows_of(f'{folder}/in')
            has_lat = bool(groups[True]) if groups[True] and groups[False] else bool(groups[True])
            names = groups[has_lat]
            order = [d for d in ('time', 'lat', 'lon') if d in ds[names[0]].dims]
            frame = ds[names].to_dataframe(dim_order=order).reset_index()
            args = ['--vars', ','.join(names)]
            if rng.random() < 0.5 and has_lat:
                w = float(rng.uniform(-180, 360)); e = w + float(rng.uniform(1, 300)); s = float(rng.uniform(-80, 40)); n = min(90.0, s + float(rng.uniform(1, 90)))
                args += ['--bbox', f'{w},{s},{e},{n}']
                inside = ((frame.lon.astype('f8') - w) % 360) <= (e - w)
                frame = frame[inside & (frame.lat >= s) & (frame.lat <= n)]
            if rng.random() < 0.5:
                a, b = sorted([ds.time.values[rng.integers(0, ds.sizes['time'])], ds.time.values[rng.integers(0, ds.sizes['time'])]])
                args += ['--time', f'{str(a)[:19]}/{str(b)[:19]}']
                frame = frame[(frame.time >= a) & (frame.time < pd.Timestamp(b).floor('s') + pd.Timedelta(1, 's'))]
            if rng.random() < 0.5:
                limit = round(float(rng.uniform(260, 300)), 3)
                args += ['--where', f'{names[0]} > {limit}']
                frame = frame[frame[names[0]].astype('f8') > limit]
            if rng.random() < 0.3: args += ['--order', 'array']
            frame.to_parquet(f'{folder}/rows.parquet', index=False)
            cases.append(dict(id=i, args=args, names=names, keys=order))
        except Exception as error: refused[i] = f'{type(error).__name__}: {error}'[:200]
    with open(f'{options.out}/cases.json', 'w') as f: json.dump(dict(cases=cases, refused=refused), f)


main()
