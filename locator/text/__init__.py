"""What people type, folded for comparison, and sentences that can be translated."""
