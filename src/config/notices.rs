//! Reads `[notices]`: who is told when a connection fails.
//!
//! Must never be in here: sending of notices, and the address of a webhook, which is a secret.

use toml::de::DeValue;

use super::{
    flaw::Flaw,
    method,
    model::NoticeSettings,
    paths::Surroundings,
    reader::{Reader, Section},
    secret::SecretSource,
};

/// Reads the section; what has a mistake stays as it is by default.
pub(super) fn read<'t>(reader: &mut Reader<'t>, root: &Section<'t>, around: &Surroundings<'_>) -> NoticeSettings {
    let mut settings = NoticeSettings::default();
    let Some(section) = reader.section(root, "notices") else {
        return settings;
    };
    reader.known_keys(&section, &["desktop", "slack"]);
    if let Some(desktop) = reader.flag(&section, "desktop") {
        settings.desktop = desktop.value;
    }
    settings.slack = webhook(reader, &section, around);
    settings
}

fn webhook<'t>(reader: &mut Reader<'t>, section: &Section<'t>, around: &Surroundings<'_>) -> Option<SecretSource> {
    let entry = section.entry("slack")?;
    match entry.value {
        DeValue::String(text) if text == "keyring" => Some(SecretSource::Keyring),
        // Most likely the address itself, so it is not quoted.
        DeValue::String(_) => {
            reader.complain(&entry, Flaw::InlineWebhook);
            None
        }
        _ => method::source(reader, section, "slack", around),
    }
}
