//! Text folding for search: 全角/半角, kana kind and 異体字 vanish here, and only here; stored text never changes.
