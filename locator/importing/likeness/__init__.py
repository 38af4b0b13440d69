"""What tells clinics apart, and whether two are likely one."""
