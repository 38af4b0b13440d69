"""Text that people type, normalized for comparison, and sentences that can be translated."""
