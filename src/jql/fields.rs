//! What every Jira's JQL knows: its system fields and their names, and which operators suit which
//! type of field.
//!
//! Must never be in here: what one site has (custom fields, values), or how a field is stored.

use super::ast::Operator;
use crate::domain::{Deployment, FieldKind};

/// What the values of a field are, as far as JQL cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Project.
    Project,
    /// Issue type.
    IssueType,
    /// Status.
    Status,
    /// One of the four status categories.
    StatusCategory,
    /// Priority; ordered by the site's own order.
    Priority,
    /// Resolution.
    Resolution,
    /// Assignee and reporter, whose history JQL knows.
    Person,
    /// Any other field of people.
    User,
    /// Component.
    Component,
    /// Fix version.
    FixVersion,
    /// Affected version, and custom fields of versions.
    Version,
    /// Labels.
    Labels,
    /// Security level.
    Level,
    /// Sprint.
    Sprint,
    /// Option or group of a custom field.
    Option,
    /// Issue key or id.
    Key,
    /// Parent or epic.
    IssueLink,
    /// An instant.
    Instant,
    /// A date without time.
    Day,
    /// A number.
    Number,
    /// An estimate.
    Duration,
    /// Votes and watchers.
    Count,
    /// Text.
    Text,
    /// Comments.
    Comment,
    /// All text at once.
    AllText,
    /// Attachments.
    Attachments,
    /// A type whose operators only its site knows.
    Foreign,
}

use FieldType as T;

impl FieldType {
    /// The type of a custom field.
    #[must_use]
    pub fn of_custom(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text | FieldKind::Rich => T::Text,
            FieldKind::Number => T::Number,
            FieldKind::Date => T::Day,
            FieldKind::DateTime => T::Instant,
            FieldKind::User => T::User,
            FieldKind::Option => T::Option,
            FieldKind::Version => T::Version,
            FieldKind::Labels => T::Labels,
            FieldKind::Sprint => T::Sprint,
            FieldKind::Other => T::Foreign,
        }
    }

    /// Whether Jira takes `operator` for a field of this type.
    #[must_use]
    pub fn supports(self, operator: Operator, deployment: Option<Deployment>) -> bool {
        let families = self.families();
        match operator {
            Operator::Eq | Operator::NotEq | Operator::In | Operator::NotIn => families.contains('E'),
            Operator::Is | Operator::IsNot => families.contains('I'),
            Operator::Lt | Operator::Gt | Operator::LtEq | Operator::GtEq => families.contains('O'),
            Operator::NotLike if self == T::AllText => false,
            Operator::Like | Operator::NotLike => {
                families.contains('T')
                    || (families.contains('c') && deployment != Some(Deployment::DataCenter))
                    || (families.contains('d') && deployment != Some(Deployment::Cloud))
            }
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn => families.contains('W'),
            Operator::Changed => families.contains('C'),
        }
    }

    /// Operator families: `E`quality, `I`s, `T`ext (`c` on Cloud, `d` on Data Center only), `O`rder,
    /// `W`as, `C`hanged.
    fn families(self) -> &'static str {
        match self {
            T::Project
            | T::IssueType
            | T::StatusCategory
            | T::User
            | T::Component
            | T::Labels
            | T::Level
            | T::Sprint
            | T::Option
            | T::IssueLink => "EI",
            T::Status | T::Person => "EIWC",
            T::Priority | T::Resolution => "EIOWC",
            T::FixVersion => "EIOWCd",
            T::Version => "EIOd",
            T::Instant | T::Day | T::Number | T::Duration => "EIO",
            T::Key => "EOc",
            T::Count => "EO",
            T::Text => "IT",
            T::Comment | T::AllText => "T",
            T::Attachments => "I",
            T::Foreign => "EITOWC",
        }
    }

    /// Whether the field's own order, when a query names no direction, is the descending one.
    #[must_use]
    pub fn descends(self) -> bool {
        matches!(self, T::Priority | T::Instant | T::Day)
    }

    /// Whether Jira sorts by such fields.
    #[must_use]
    pub fn sorts(self) -> bool {
        !matches!(self, T::Comment | T::AllText | T::Attachments)
    }
}

macro_rules! system_fields {
    ($($variant:ident($kind:ident) $($name:literal)+;)+) => {
        /// A field that every Jira has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is named for the field")]
        pub enum SystemField {
            $($variant,)+
        }

        impl SystemField {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// What JQL calls it, the usual name first.
            #[must_use]
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($name),+],)+ }
            }

            /// Its type.
            #[must_use]
            pub fn field_type(self) -> FieldType {
                match self { $(Self::$variant => FieldType::$kind,)+ }
            }
        }
    };
}

system_fields! {
    Project(Project) "project";
    IssueType(IssueType) "issuetype" "type";
    Status(Status) "status";
    StatusCategory(StatusCategory) "statusCategory";
    Priority(Priority) "priority";
    Resolution(Resolution) "resolution";
    Assignee(Person) "assignee";
    Reporter(Person) "reporter";
    Creator(User) "creator";
    Voter(User) "voter";
    Watcher(User) "watcher";
    Component(Component) "component";
    FixVersion(FixVersion) "fixVersion";
    AffectedVersion(Version) "affectedVersion";
    Labels(Labels) "labels";
    Level(Level) "level";
    Parent(IssueLink) "parent";
    Key(Key) "key" "issuekey" "issue" "id";
    Summary(Text) "summary";
    Description(Text) "description";
    Environment(Text) "environment";
    Comment(Comment) "comment";
    Text(AllText) "text";
    Attachments(Attachments) "attachments";
    Votes(Count) "votes";
    Watchers(Count) "watchers";
    Created(Instant) "created" "createdDate";
    Updated(Instant) "updated" "updatedDate";
    Resolved(Instant) "resolved" "resolutionDate";
    LastViewed(Instant) "lastViewed";
    StatusCategoryChanged(Instant) "statusCategoryChangedDate";
    Due(Day) "due" "dueDate";
    OriginalEstimate(Duration) "originalEstimate" "timeOriginalEstimate";
    RemainingEstimate(Duration) "remainingEstimate" "timeEstimate";
    TimeSpent(Duration) "timeSpent";
    WorkRatio(Number) "workRatio";
    ProjectCategory(Foreign) "category";
    ProjectType(Foreign) "projectType";
    HierarchyLevel(Foreign) "hierarchyLevel";
    IssueLinkType(Foreign) "issueLinkType";
    LinkedIssue(Foreign) "issueLink";
    ParentEpic(Foreign) "parentEpic";
    Filter(Foreign) "filter" "request" "savedFilter" "searchRequest";
    WorklogAuthor(Foreign) "worklogAuthor";
    WorklogComment(Foreign) "worklogComment";
    WorklogDate(Foreign) "worklogDate";
}

impl SystemField {
    /// The field that JQL calls `name`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.names().iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_by_type_are_those_of_the_documentation() {
        let cases = [
            (
                "project issuetype component labels level parent creator voter watcher",
                "EI",
            ),
            ("assignee reporter status", "EIWC"),
            ("priority resolution", "EIOWC"),
            ("fixVersion", "EIOWC"),
            (
                "affectedVersion created updated resolved due originalEstimate timespent workratio",
                "EIO",
            ),
            ("key issue id", "EOT"),
            ("votes watchers", "EO"),
            ("summary description environment", "IT"),
            ("comment", "T"),
            ("text", "t"),
            ("attachments", "I"),
        ];
        let families = [
            ('E', vec![Operator::Eq, Operator::NotEq, Operator::In, Operator::NotIn]),
            ('I', vec![Operator::Is, Operator::IsNot]),
            ('T', vec![Operator::NotLike]),
            ('O', vec![Operator::Lt, Operator::Gt, Operator::LtEq, Operator::GtEq]),
            (
                'W',
                vec![Operator::Was, Operator::WasNot, Operator::WasIn, Operator::WasNotIn],
            ),
            ('C', vec![Operator::Changed]),
        ];
        for (names, expected) in cases {
            for name in names.split(' ') {
                let kind = SystemField::from_name(name).unwrap().field_type();
                for (family, operators) in &families {
                    for operator in operators {
                        assert_eq!(
                            kind.supports(*operator, Some(Deployment::Cloud)),
                            expected.contains(*family),
                            "{name} {}",
                            operator.as_str()
                        );
                    }
                }
                let like = expected.to_ascii_uppercase().contains('T');
                assert_eq!(kind.supports(Operator::Like, Some(Deployment::Cloud)), like, "{name} ~");
            }
        }
        assert!(!T::Key.supports(Operator::Like, Some(Deployment::DataCenter)));
        assert!(T::Version.supports(Operator::Like, Some(Deployment::DataCenter)));
        assert!(!T::FixVersion.supports(Operator::Like, Some(Deployment::Cloud)));
    }

    #[test]
    fn names_are_unique_in_any_case() {
        let mut names: Vec<String> = SystemField::ALL
            .iter()
            .flat_map(|field| field.names())
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(SystemField::from_name("DUEDATE"), Some(SystemField::Due));
        assert_eq!(SystemField::from_name("universe"), None);
    }
}
