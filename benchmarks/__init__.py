"""What `make bench` measures: searches a second through HTTP beside pgbench of the same SQL, into RESULTS.md."""
