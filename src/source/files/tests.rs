//! Tests.
use super::*;
#[test]
fn throwaway() {
    for (kind, dir) in [(FileKind::Sarif, "/work/shared/data/real/sarif"), (FileKind::Junit, "/work/shared/data/real/junit")] {
        let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files {
            let r = read_files("s", &[file.clone()], kind, &|_| None, &crate::clock::FrozenClock(Timestamp::UNIX_EPOCH));
            println!("{} -> {} complete={} unread={} flaws={:?}", file.file_name().unwrap().to_string_lossy(), r.findings.len(), r.complete, r.unread.len(), r.flaws.iter().map(|f| f.to_string().replace(&*file.to_string_lossy(), "F")).collect::<Vec<_>>());
            let mut by = std::collections::BTreeMap::new();
            for f in &r.findings { *by.entry(format!("{}/{}/{:?}", f.severity.word(), f.state.word(), f.resolution)).or_insert(0) += 1; }
            println!("    {by:?}");
            if std::env::var("SHOW").is_ok() { for f in r.findings.iter().take(2) { println!("  {}\n  {} {:?} {:?}\n{}\n{:?}\n----", f.id, f.title, f.url, f.keys, f.body, f.fields); } }
        }
    }
}
