"""Whether the rows of DIR/<case>/out equal those of DIR/<case>/rows.parquet: compare_rows.py DIR"""
import json, os, sys
import numpy as np, pandas as pd, pyarrow.dataset as pads

folder = sys.argv[1]
different = 0
for case in json.load(open(f'{folder}/cases.json'))['cases']:
    own = f"{folder}/{case['id']}"
    expected = pd.read_parquet(f'{own}/rows.parquet')
    problems = []
    if not os.path.isdir(f'{own}/out'): problems.append('nothing was written')
    else:
        got = pads.dataset(f'{own}/out', format='parquet').to_table().to_pandas().reset_index()
        got = got.drop(columns=[c for c in got.columns if c not in expected.columns])
        if len(got) != len(expected): problems.append(f'{len(got)} rows, not {len(expected)}')
        else:
            a = got.sort_values(case['keys']).reset_index(drop=True); b = expected.sort_values(case['keys']).reset_index(drop=True)
            for name in case['keys'] + case['names']:
                x, y = a[name], b[name]
                if name == 'time': ok = (x.astype('datetime64[us]').to_numpy() == y.astype('datetime64[us]').to_numpy()).all()
                else:
                    x, y = x.to_numpy('f8', na_value=np.nan), y.to_numpy('f8', na_value=np.nan)
                    ok = np.array_equal(np.isnan(x), np.isnan(y)) and np.allclose(x, y, rtol=1e-6, atol=0, equal_nan=True)
                if not ok: problems.append(f'column {name} differs')
    if problems:
        different += 1
        print(own, ' '.join(case['args']), *[f'\n  {p}' for p in problems])
print(f'{different} archives differ')
sys.exit(1 if different else 0)
