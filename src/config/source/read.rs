//! Reads `[[source]]`.
//!
//! Must never be in here: looking whether a file or a program exists.

use std::path::PathBuf;

use super::{Feed, SourceConfig};
use crate::config::{
    flaw::{Flaw, quoted},
    method,
    paths::Surroundings,
    reader::{Reader, Section, Text},
    secret::SecretSource,
    site,
};

pub(in crate::config) const HACKERONE: &str = "https://api.hackerone.com";
pub(in crate::config) const GITHUB: &str = "https://api.github.com";
const TYPES: [&str; 4] = ["hackerone", "sarif", "github", "junit"];
const COMMON: [&str; 4] = ["name", "type", "enabled", "tag"];
const LONGEST_NAME: usize = 64;

/// Reads all sources; those with a mistake are left out.
pub(in crate::config) fn read<'t>(
    reader: &mut Reader<'t>,
    sections: &[Section<'t>],
    around: &Surroundings<'_>,
) -> Vec<SourceConfig> {
    let mut names: Vec<Text<'t>> = Vec::new();
    let mut sources: Vec<SourceConfig> = Vec::new();
    for section in sections {
        let name = name(reader, section, "source name", "name = \"scans\"", &mut names);
        let Some(source) = one(reader, section, name, around) else {
            continue;
        };
        let twice = sources.iter().find_map(|first| Some((first, shared(first, &source)?)));
        if let Some((first, value)) = twice {
            let (value, first) = (quoted(&value), quoted(&first.name));
            reader.complain(section, Flaw::ReadTwice { value, first });
        }
        sources.push(source);
    }
    sources
}

/// What two sources both read, by what is written: whether two patterns meet in a file is not looked at.
fn shared(one: &SourceConfig, other: &SourceConfig) -> Option<String> {
    if !one.enabled || !other.enabled {
        return None;
    }
    let theirs = parts(&other.feed);
    let both = parts(&one.feed).into_iter().find(|part| theirs.contains(part));
    both.map(|(_, part)| part)
}

/// What a feed is read from: where that is, and what of it.
fn parts(feed: &Feed) -> Vec<(&str, String)> {
    let files = |kind, paths: &[PathBuf]| -> Vec<_> {
        let paths = paths.iter();
        paths.map(|path| (kind, path.to_string_lossy().into_owned())).collect()
    };
    match feed {
        Feed::Sarif { paths } => files("sarif", paths),
        Feed::Junit { paths } => files("junit", paths),
        Feed::HackerOne { url, programs, .. } => of_site(url, programs),
        Feed::GitHub { url, repositories, .. } => of_site(url, repositories),
    }
}

fn of_site<'u>(url: &'u str, names: &[String]) -> Vec<(&'u str, String)> {
    names.iter().map(|name| (url, name.to_lowercase())).collect()
}

/// A name that stands for a source or a mapping in commands, and is used once.
pub(in crate::config) fn name<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    what: &'static str,
    example: &str,
    seen: &mut Vec<Text<'t>>,
) -> Option<String> {
    if section.entry("name").is_none() {
        reader.missing(section, &["name"], example);
    }
    let text = reader.text(section, "name")?;
    if text.value.chars().count() > LONGEST_NAME || text.value.contains(|c: char| c == '/' || c.is_control()) {
        let value = quoted(text.value);
        reader.complain(&text, Flaw::BadName { what, value });
        return None;
    }
    if let Some(first) = seen.iter().find(|other| other.value.eq_ignore_ascii_case(text.value)) {
        let flaw = Flaw::Duplicate {
            what,
            value: quoted(text.value),
            line: reader.position(first.span.start).line,
        };
        reader.complain(&text, flaw);
        return None;
    }
    let name = text.value.to_owned();
    seen.push(text);
    Some(name)
}

/// One text or a list of them.
pub(in crate::config) fn one_or_more<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    key: &str,
) -> Option<Vec<Text<'t>>> {
    let entry = section.entry(key)?;
    if entry.value.is_str() {
        return Some(vec![reader.text(section, key)?]);
    }
    let list = reader.texts(section, key)?;
    if list.value.is_empty() {
        reader.complain(&list, Flaw::Empty);
    }
    Some(list.value)
}

fn one<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    name: Option<String>,
    around: &Surroundings<'_>,
) -> Option<SourceConfig> {
    if section.entry("type").is_none() {
        reader.missing(section, &["type"], "type = \"sarif\"");
    }
    let enabled = reader.flag(section, "enabled").is_none_or(|flag| flag.value);
    let tag = reader.text(section, "tag").map(|tag| tag.value.to_owned());
    let kind = reader.word(section, "type", "type of source", &TYPES)?;
    let own: &[&str] = match kind.value {
        "hackerone" => &["url", "programs", "identifier", "secret"],
        "github" => &["url", "repositories", "secret", "write"],
        _ => &["paths"],
    };
    let known: Vec<&str> = COMMON.iter().chain(own).copied().collect();
    reader.known_keys(section, &known);
    let feed = match kind.value {
        "hackerone" => hackerone(reader, section, around),
        "github" => github(reader, section, around),
        "sarif" => paths(reader, section, "scans/*.sarif", around).map(|paths| Feed::Sarif { paths }),
        _ => paths(reader, section, "reports/*.xml", around).map(|paths| Feed::Junit { paths }),
    };
    Some(SourceConfig {
        name: name?,
        enabled,
        tag,
        feed: feed?,
    })
}

fn paths<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    example: &str,
    around: &Surroundings<'_>,
) -> Option<Vec<PathBuf>> {
    if section.entry("paths").is_none() {
        reader.missing(section, &["paths"], &format!("paths = [{example:?}]"));
    }
    let paths = one_or_more(reader, section, "paths")?;
    Some(paths.iter().map(|path| around.absolute(path.value)).collect())
}

fn hackerone<'t>(reader: &mut Reader<'t>, section: &Section<'t>, around: &Surroundings<'_>) -> Option<Feed> {
    let url = address(reader, section, HACKERONE);
    for (key, example) in [
        ("programs", "programs = [\"acme\"]"),
        ("identifier", "identifier = \"name of the API token\""),
    ] {
        if section.entry(key).is_none() {
            reader.missing(section, &[key], example);
        }
    }
    let programs = one_or_more(reader, section, "programs");
    let identifier = reader.text(section, "identifier");
    let secret = method::located_secret(reader, section, "secret", "secret = { env = \"H1_TOKEN\" }", around);
    Some(Feed::HackerOne {
        url: url?,
        programs: programs?.iter().map(|program| program.value.to_owned()).collect(),
        identifier: identifier?.value.to_owned(),
        secret: secret?,
    })
}

fn github<'t>(reader: &mut Reader<'t>, section: &Section<'t>, around: &Surroundings<'_>) -> Option<Feed> {
    let url = address(reader, section, GITHUB);
    if section.entry("repositories").is_none() {
        reader.missing(section, &["repositories"], "repositories = [\"acme/web\"]");
    }
    let repositories = repositories(reader, section);
    let write = reader.flag(section, "write").is_some_and(|flag| flag.value);
    let secret = secret_if_any(reader, section, around)?;
    if write && secret.is_none() {
        reader.missing(
            section,
            &["secret"],
            "secret = { env = \"GITHUB_TOKEN\" }, which `write` needs",
        );
        return None;
    }
    Some(Feed::GitHub {
        url: url?,
        repositories: repositories?,
        secret,
        write,
    })
}

/// `Some(None)` where none is given; `None` after a mistake.
fn secret_if_any<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    around: &Surroundings<'_>,
) -> Option<Option<SecretSource>> {
    match section.entry("secret") {
        None => Some(None),
        Some(_) => method::located_secret(reader, section, "secret", "", around).map(Some),
    }
}

fn repositories<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<Vec<String>> {
    let mut fine = Vec::new();
    let mut flawed = false;
    for text in one_or_more(reader, section, "repositories")? {
        let path = text.value.trim_start_matches("https://github.com/");
        let path = path.trim_end_matches('/').trim_end_matches(".git");
        let is_part = |part: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !part.is_empty() && part != "." && part != ".." && part.bytes().all(fits)
        };
        match path.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => fine.push(path.to_owned()),
            _ => {
                let value = quoted(text.value);
                reader.complain(&text, Flaw::BadRepository { value });
                flawed = true;
            }
        }
    }
    (!flawed).then_some(fine)
}

/// `url` without a trailing slash.
fn address<'t>(reader: &mut Reader<'t>, section: &Section<'t>, default: &str) -> Option<String> {
    if section.entry("url").is_none() {
        return Some(default.to_owned());
    }
    let text = reader.text(section, "url")?;
    match site::address(text.value) {
        Ok(url) => Some(url.as_str().trim_end_matches('/').to_owned()),
        Err(flaw) => {
            reader.complain(&text, flaw);
            None
        }
    }
}
