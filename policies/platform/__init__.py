"""The platform: detection, the sanction ladder, appeals, use of seized ledgers."""
