//! Documents of real trackers, whole.

use std::fs;
use std::path::{Path, PathBuf};

use crosstie::domain::RichText;

use super::show::lines_at;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/richtext")
}

#[test]
fn real_documents() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|ending| ending == "txt" || ending == "json")
    });
    files.sort();
    assert_eq!(files.len(), 20);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("rendered"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let document = match serde_json::from_str(&text) {
                Ok(value) if file.extension().unwrap() == "json" => RichText::Adf(serde_json::Value::into(value)),
                _ => RichText::Wiki(text),
            };
            insta::assert_snapshot!(file.file_stem().unwrap().to_str().unwrap(), lines_at(&document, 80));
        }
    });
}
