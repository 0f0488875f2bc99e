"""An HDF-EOS5 file with a swath, a grid and a zonal average, laid out as NASA's library does; written by h5py.

Run in sample-data/: python generators/hdf5_eos.py
"""

import sys

import h5py
import numpy as np

METADATA = '''GROUP=SwathStructure
	GROUP=SWATH_1
		SwathName="O3"
		GROUP=Dimension
			OBJECT=Dimension_1
				DimensionName="nTimes"
				Size=4
			END_OBJECT=Dimension_1
			OBJECT=Dimension_2
				DimensionName="nLevels"
				Size=3
			END_OBJECT=Dimension_2
			OBJECT=Dimension_3
				DimensionName="Unlim"
				Size=-1
			END_OBJECT=Dimension_3
		END_GROUP=Dimension
		GROUP=GeoField
			OBJECT=GeoField_1
				GeoFieldName="Latitude"
				DataType=H5T_NATIVE_FLOAT
				DimList=("nTimes")
				MaxdimList=("nTimes")
			END_OBJECT=GeoField_1
			OBJECT=GeoField_2
				GeoFieldName="Pressure"
				DimList=("nLevels")
			END_OBJECT=GeoField_2
		END_GROUP=GeoField
		GROUP=DataField
			OBJECT=DataField_1
				DataFieldName="Value (ppm)"
				DimList=("nTimes",
				"nLevels")
			END_OBJECT=DataField_1
			OBJECT=DataField_2
				DataFieldName="Longer"
				DimList=("nTimes","nLevels")
			END_OBJECT=DataField_2
			OBJECT=DataField_3
				DataFieldName="Growing"
				DimList=("Unlim")
			END_OBJECT=DataField_3
		END_GROUP=DataField
	END_GROUP=SWATH_1
END_GROUP=SwathStructure
GROUP=GridStructure
	GROUP=GRID_1
		GridName="Map"
		XDim=6
		YDim=5
		UpperLeftPointMtrs=(-180000000.000000,90000000.000000)
		GROUP=Dimension
			OBJECT=Dimension_1
				DimensionName="Band"
				Size=2
			END_OBJECT=Dimension_1
		END_GROUP=Dimension
		GROUP=DataField
			OBJECT=DataField_1
				DataFieldName="Radiance"
'''
REST = '''				DimList=("Band","YDim","XDim")
			END_OBJECT=DataField_1
		END_GROUP=DataField
	END_GROUP=GRID_1
END_GROUP=GridStructure
GROUP=PointStructure
END_GROUP=PointStructure
GROUP=ZaStructure
	GROUP=ZA_1
		ZaName="Mean"
		GROUP=Dimension
			OBJECT=Dimension_1
				DimensionName="lat"
				Size=7
			END_OBJECT=Dimension_1
		END_GROUP=Dimension
		GROUP=DataField
			OBJECT=DataField_1
				DataFieldName="T"
				DimList=("lat")
			END_OBJECT=DataField_1
		END_GROUP=DataField
	END_GROUP=ZA_1
END_GROUP=ZaStructure
END
'''


def main():
    with h5py.File("hdf5-eos.he5", "w") as file:
        file["HDFEOS INFORMATION/StructMetadata.0"] = np.bytes_(METADATA.encode().ljust(2000, b"\0"))
        file["HDFEOS INFORMATION/StructMetadata.1"] = np.bytes_(REST.encode().ljust(1000, b"\0"))
        file["HDFEOS INFORMATION"].attrs["HDFEOSVersion"] = np.bytes_("HDFEOS_5.1.15")
        swath = file.create_group("HDFEOS/SWATHS/O3")
        swath["Geolocation Fields/Latitude"] = np.linspace(-60, 60, 4, dtype="f4")
        swath["Geolocation Fields/Pressure"] = np.array([1000, 500, 100], "f4")
        swath["Data Fields/Value (ppm)"] = np.arange(12, dtype="f4").reshape(4, 3)
        swath["Data Fields/Other name"] = swath["Data Fields/Value (ppm)"]
        swath["Data Fields/Longer"] = np.arange(15, dtype="f4").reshape(5, 3)
        swath.create_dataset("Data Fields/Growing", data=np.arange(5), maxshape=(None,), chunks=(2,))
        file["HDFEOS/GRIDS/Map/Data Fields/Radiance"] = np.arange(60, dtype="i2").reshape(2, 5, 6)
        file["HDFEOS/ZAS/Mean/Data Fields/T"] = np.arange(7, dtype="f8")


if __name__ == "__main__":
    sys.exit(main())
