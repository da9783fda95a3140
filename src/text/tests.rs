use std::num::NonZeroU16;

use jiff::{Timestamp, ToSpan, civil::date};
use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_segmentation::UnicodeSegmentation;

use super::{width::grapheme_width, *};

/// Characters that make trouble, more often than chance would.
fn hostile() -> impl Strategy<Value = String> {
    let trouble = prop::sample::select(vec![
        "\u{1b}[31m",
        "\u{9b}2J",
        "\u{1b}]0;x\u{7}",
        "\r",
        "\n",
        "\t",
        "\0",
        "\u{7f}",
        "\u{202e}",
        "\u{2066}",
        "\u{200f}",
        "\u{200b}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{fe0e}",
        "\u{feff}",
        "\u{301}",
        "\u{20e3}",
        "\u{2028}",
        "\u{85}",
        "\u{3164}",
        "\u{1161}",
        "\u{11a8}",
        "\u{1100}",
        "\u{ac00}",
        "\u{e0041}",
        "\u{e007f}",
        "\u{1f3f4}",
        "👩",
        "👩‍💻",
        "👍🏽",
        "🏽",
        "❤️",
        "🇩🇪",
        "🇩",
        "1️⃣",
        "字",
        "。",
        "　",
        "ｶ",
        "ﾞ",
        "न",
        "्",
        "ि",
        "ل",
        "ا",
        "\u{600}",
        "\u{fdfd}",
        "\u{2e3b}",
        "\u{e000}",
        "\u{378}",
        "\u{ffff}",
        "a",
        " ",
        "-",
        "/",
        "\\",
        "word",
        "é",
    ]);
    let piece = prop_oneof![4 => trouble.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Where the cursor stands after ratatui wrote `text`.
fn ratatui_width(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4000, 1));
    usize::from(buffer.set_stringn(0, 0, text, 4000, Style::new()).0)
}

/// Where the cursor stands after a terminal that counts single characters got `text`.
fn terminal_width(text: &str) -> usize {
    let mut parser = vt100::Parser::new(NonZeroU16::new(2).unwrap(), NonZeroU16::new(4000).unwrap(), 0);
    parser.process(text.as_bytes());
    assert_eq!(parser.screen().cursor_position().0, 0, "{text:?}");
    usize::from(parser.screen().cursor_position().1)
}

#[test]
fn what_could_deceive_is_shown() {
    for (raw, shown) in [
        ("plain text", "plain text"),
        ("Größe 価格 цена", "Größe 価格 цена"),
        ("one\r\ntwo\rthree\nfour\tfive", "one two three four five"),
        ("a\u{2028}b\u{2029}c\u{85}d\u{b}e", "a b c d e"),
        ("\u{1b}[31mred\u{1b}[0m", "␛[31mred␛[0m"),
        ("\u{1b}]52;c;aGk=\u{7}", "␛]52;c;aGk=␇"),
        ("nul\0bell\u{7}del\u{7f}csi\u{9b}", "nul␀bell␇del␡csi⟨9B⟩"),
        ("invoice\u{202e}fdp.exe\u{202c}", "invoice⟨RLO⟩fdp.exe⟨PDF⟩"),
        ("\u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}", "⟨LRI⟩x⟨PDI⟩⟨LRM⟩⟨RLM⟩⟨ALM⟩"),
        ("in\u{ad}vis\u{200b}i\u{2060}b\u{feff}le", "invisible"),
        ("\u{301}lone", "◌\u{301}lone"),
        ("e\u{301}", "e\u{301}"),
        ("a\u{a0}b\u{3000}c", "a b  c"),
        ("x\u{3164}y", "x⟨HF⟩y"),
        ("ok\u{e0001}\u{e0068}\u{e0069}", "ok⟨tag:.hi⟩"),
        ("\u{e000}\u{378}\u{ffff}\u{10ffff}", "□□□□"),
        ("\u{1161}", "□"),
        ("back\\slash", "back\\slash"),
    ] {
        assert_eq!(clean_line(raw), shown, "{raw:?}");
    }
    assert_eq!(
        clean_line(&format!("z{}", "\u{301}".repeat(500))),
        format!("z{}", "\u{301}".repeat(5))
    );
}

#[test]
fn sequences_become_one_width_for_all_terminals() {
    for (raw, shown, cells) in [
        ("👩‍💻 dev", "👩 dev", 6),
        ("👩‍❤️‍💋‍👨", "👩", 2),
        ("👍🏽", "👍", 2),
        ("❤️", "❤", 1),
        ("🇩🇪", "DE", 2),
        ("1️⃣", "1", 1),
        ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "🏴", 2),
        ("🏴\u{e0068}\u{e0069}", "🏴⟨tag:hi⟩", 10),
        ("한국어", "한국어", 6),
        ("\u{1112}\u{1161}\u{11ab}", "\u{1112}\u{1161}\u{11ab}", 2),
        ("ｶﾞ", "ｶ\u{3099}", 1),
        ("क्षि", "क्षि", 3),
        ("سلام", "سلام", 4),
    ] {
        let clean = clean_line(raw);
        assert_eq!(clean, shown, "{raw:?}");
        assert_eq!(width(&clean), cells, "{raw:?}");
    }
}

#[test]
fn blocks_keep_their_lines() {
    assert_eq!(clean_block("a\r\nb\rc\n\n\td\u{2028}e"), "a\nb\nc\n\n    d\ne");
    assert_eq!(clean_block("\n\u{301}"), "\n◌\u{301}");
    assert!(matches!(clean_block("a\nb"), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn cutting_and_filling() {
    for (text, cells, cut) in [
        ("hello", 5, "hello"),
        ("hello", 4, "hel…"),
        ("hello", 1, "…"),
        ("hello", 0, ""),
        ("", 0, ""),
        ("one two", 5, "one…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("日本語", 2, "…"),
    ] {
        assert_eq!(truncate(text, cells), cut, "{text} {cells}");
    }
    assert_eq!(truncate_ascii("hello", 4), "hel~");
    assert_eq!(pad("日本語", 4), "日… ");
    assert_eq!(pad("ab", 4), "ab  ");
    assert_eq!(pad_start("12", 4), "  12");
}

#[test]
fn wrapping() {
    let table: &[(&str, usize, &[&str])] = &[
        ("", 10, &[""]),
        ("one two three", 7, &["one two", "three"]),
        ("one two three", 100, &["one two three"]),
        ("one   two", 5, &["one", "two"]),
        ("  indented text", 10, &["  indented", "text"]),
        ("trailing   ", 20, &["trailing"]),
        ("a\n\nb", 10, &["a", "", "b"]),
        ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
        ("see abcdefghij", 6, &["see", "abcdef", "ghij"]),
        ("well-known and/or", 6, &["well-", "known", "and/or"]),
        ("日本語の文章。終", 6, &["日本語", "の文", "章。終"]),
        ("日本", 1, &["?", "?"]),
        ("日本ok", 4, &["日本", "ok"]),
    ];
    for (text, cells, lines) in table {
        assert_eq!(&wrap(text, *cells), lines, "{text:?} at {cells}");
    }
}

#[test]
fn ascii_stand_ins() {
    for (text, ascii) in [
        (
            "naïve Ærøskøbing Łódź Straße Nguyễn",
            "naive AEroskobing Lodz Strasse Nguyen",
        ),
        ("“quotes” — ‘dash’…", "\"quotes\" -- 'dash'..."),
        ("┌─┐│└┘ ╭═╮ ┃", "+-+|++ +=+ |"),
        ("→ ✓ ✗ ▲ ☐ ☑", "-> ok x ^ [ ] [x]"),
        ("␛[31m ⟨RLO⟩ ␡", "\\x1b[31m <RLO> \\x7f"),
        ("\u{1b}\u{9b}", "\\x1b\\x9b"),
        ("日本 цена", "?? ????"),
        ("e\u{301}", "e"),
        ("ＡＢ　Ｃ", "AB  C"),
    ] {
        assert_eq!(to_ascii(text), ascii);
    }
}

#[test]
fn ages() {
    let now: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
    for (back, text) in [
        (0.seconds(), "now"),
        (59.seconds(), "now"),
        ((-3).hours(), "now"),
        (60.seconds(), "1m"),
        (59.minutes(), "59m"),
        (60.minutes(), "1h"),
        (23.hours(), "23h"),
        (24.hours(), "1d"),
        ((24 * 13).hours(), "13d"),
        ((24 * 14).hours(), "2w"),
        ((24 * 364).hours(), "52w"),
        ((24 * 365).hours(), "1y"),
        ((24 * 800).hours(), "2y"),
    ] {
        assert_eq!(age(now, now.checked_sub(back).unwrap()), text, "{back:?}");
    }
    assert_eq!(age(Timestamp::MAX, Timestamp::MIN), "20012y");
}

#[test]
fn due_dates() {
    let today = date(2026, 1, 31);
    for (day, text) in [
        (date(2026, 1, 31), "today"),
        (date(2026, 2, 1), "tomorrow"),
        (date(2026, 2, 3), "in 3d"),
        (date(2026, 1, 30), "1d late"),
        (date(2026, 3, 7), "in 5w"),
        (date(2024, 1, 1), "2y late"),
    ] {
        assert_eq!(due(today, day), text);
    }
}

#[test]
fn sizes_spans_and_counts() {
    for (count, text) in [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1234, "1.2 kB"),
        (9_960, "10 kB"),
        (34_000_000, "34 MB"),
        (999_950, "1.0 MB"),
        (u64::MAX, "18 EB"),
    ] {
        assert_eq!(bytes(count), text);
    }
    for (ms, text) in [
        (0, "0 ms"),
        (412, "412 ms"),
        (1234, "1.2s"),
        (40_000, "40s"),
        (492_000, "8m 12s"),
        (7_500_000, "2h 05m"),
        (277_200_000, "3d 5h"),
    ] {
        assert_eq!(duration(ms), text);
    }
    for (count, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (12_345, "12,345"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(thousands(count), text);
    }
}

proptest! {
    #[test]
    fn clean_text_has_no_controls(text in hostile()) {
        let line = clean_line(&text);
        prop_assert!(!line.contains(char::is_control), "{line:?}");
        prop_assert!(line.graphemes(true).all(|g| grapheme_width(g) > 0), "{line:?}");
        prop_assert_eq!(clean_line(&line), line.as_ref());
        let block = clean_block(&text);
        prop_assert!(!block.contains(|c: char| c.is_control() && c != '\n'), "{block:?}");
        prop_assert!(to_ascii(&text).bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)));
    }

    #[test]
    fn clean_text_is_as_wide_as_ratatui_and_terminals_make_it(text in hostile()) {
        let line = clean_line(&text);
        prop_assert_eq!(width(&line), ratatui_width(&line), "{:?}", line);
        prop_assert_eq!(width(&line), terminal_width(&line), "{:?}", line);
    }

    #[test]
    fn cut_and_filled_text_fits(text in hostile(), cells in 0_usize..60) {
        let line = clean_line(&text);
        prop_assert!(width(&truncate(&line, cells)) <= cells);
        prop_assert_eq!(width(&pad(&line, cells)), cells);
        prop_assert_eq!(width(&pad_start(&line, cells)), cells);
    }

    #[test]
    fn wrapped_text_fits_and_loses_only_spaces(text in hostile(), cells in 1_usize..60) {
        let block = clean_block(&text);
        let lines = wrap(&block, cells);
        prop_assert!(lines.iter().all(|line| width(line) <= cells), "{lines:?}");
        if cells > 1 {
            let letters = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '\n')).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&block));
        }
    }

    #[test]
    fn raw_text_does_not_panic(text in any::<String>(), cells in 0_usize..20) {
        let _ = (width(&text), truncate(&text, cells), pad(&text, cells), wrap(&text, cells), to_ascii(&text));
    }
}
