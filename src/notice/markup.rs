//! Text as markup that says nothing but the text.
//!
//! Must never be in here: cleaning of control characters, which has been done.

/// `&`, `<` and `>` as entities: for Slack, where `<!channel>` calls everybody, and for desktops, where
/// `<a href>` is a link.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

/// As [`escaped`], and nobody is called by an `@` either, as Mattermost and Rocket.Chat would: what
/// follows it is set apart by a character that takes no room.
pub(super) fn without_mentions(text: &str) -> String {
    escaped(text).replace('@', "@\u{200B}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn calls_for_everybody_call_nobody() {
        for (text, inert) in [
            ("<!channel> & <@U1|x>", "&lt;!channel&gt; &amp; &lt;@\u{200B}U1|x&gt;"),
            ("@here @all", "@\u{200B}here @\u{200B}all"),
            ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_mentions(text), inert);
        }
    }

    proptest! {
        #[test]
        fn escaping_can_be_undone_and_leaves_no_bracket(text in "[a-z<>&;!@]{0,40}") {
            let escaped = escaped(&text);
            prop_assert!(!escaped.contains(['<', '>']));
            let back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}
