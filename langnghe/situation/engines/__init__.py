"""The same pure functions over many provinces, on this machine (DuckDB, processes) or on a cluster (Apache Spark)."""
