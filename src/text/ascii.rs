//! Text in ASCII only, for terminals and fonts that have nothing else.

use unicode_width::UnicodeWidthChar;

use super::latin::base_letters;

/// `text` with ASCII stand-ins: accents dropped, punctuation and drawing characters replaced,
/// `?` for anything else. Control characters come out as `\x1b`, `\n` stays.
///
/// Widths change (`…` becomes `...`), so fold before measuring.
#[must_use]
pub fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold(c, &mut out);
    }
    out
}

fn fold(c: char, out: &mut String) {
    match c {
        '\n' | ' '..='~' => out.push(c),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => push_hex(u32::from(c), out),
        '\u{2400}'..='\u{241F}' => push_hex(u32::from(c) - 0x2400, out),
        '\u{2421}' => push_hex(0x7F, out),
        '\u{FF01}'..='\u{FF5E}' => out.push(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or('?')),
        '\u{2500}'..='\u{257F}' => out.push(line_piece(c)),
        _ => match symbol(c).or_else(|| base_letters(c)) {
            Some(stand_in) => out.push_str(stand_in),
            None if c.width() == Some(0) => {}
            None => out.push('?'),
        },
    }
}

fn push_hex(code: u32, out: &mut String) {
    out.push_str(&format!("\\x{code:02x}"));
}

/// Box drawing: runs across, runs up and down, or meets.
fn line_piece(c: char) -> char {
    match c {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '╴' | '╶' | '╸' | '╺' | '╼' | '╾' => {
            '-'
        }
        '═' => '=',
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '╽' | '╿' => {
            '|'
        }
        '╱' => '/',
        '╲' => '\\',
        '╳' => 'X',
        _ => '+',
    }
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => " ",
        '\u{3000}' => "  ",
        '‐' | '‑' | '‒' | '–' | '−' => "-",
        '—' | '―' => "--",
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '‹' | '›' => "'",
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
        '…' => "...",
        '•' | '‣' | '▪' | '●' | '■' | '◆' | '★' | '∙' => "*",
        '·' | '․' => ".",
        '◦' | '○' | '◌' => "o",
        '¡' => "!",
        '¿' => "?",
        '←' | '◀' => "<-",
        '→' | '▶' | '⇒' | '➜' | '➔' => "->",
        '↔' => "<->",
        '↑' | '▲' => "^",
        '↓' | '▼' | '▾' => "v",
        '▸' | '⟩' | '〉' => ">",
        '⟨' | '〈' => "<",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '≈' => "~",
        '×' => "x",
        '÷' => "/",
        '±' => "+/-",
        '√' => "sqrt",
        '∞' => "inf",
        '✓' | '✔' | '✅' => "ok",
        '✗' | '✘' | '✕' | '✖' | '❌' => "x",
        '☐' => "[ ]",
        '☑' | '☒' => "[x]",
        '⚠' => "!",
        'ℹ' => "i",
        '©' => "(c)",
        '®' => "(r)",
        '™' => "(tm)",
        '°' => "deg",
        'µ' => "u",
        '§' => "S.",
        '¶' => "P.",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        '¢' => "c",
        '¹' => "1",
        '²' => "2",
        '³' => "3",
        '¼' => "1/4",
        '½' => "1/2",
        '¾' => "3/4",
        '█' | '▉' | '▊' | '▋' | '▌' | '▍' | '▎' | '▏' | '▐' => "#",
        '░' | '▒' | '▓' => ":",
        '、' => ",",
        '。' => ".",
        '「' | '」' | '『' | '』' => "\"",
        _ => return None,
    })
}
