"""Benchmarks: searches per second compared with pgbench, imports compared with COPY, and faulty geocoders."""
