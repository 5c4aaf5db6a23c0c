"""The trade in fake orders: who buys them, who organises them, who carries them out."""
