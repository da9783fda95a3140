//! The vocabulary of the generated company: what its teams build, what breaks, what they wish for.
//!
//! Must never be in here: the composition of sentences.

mod cloud;
mod data_center;

use crate::sandbox::model::Flavour;

/// The words of one project.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// `PAY`
    pub(crate) key: &'static str,
    /// Project name.
    pub(crate) name: &'static str,
    /// What the team looks after.
    pub(crate) about: &'static str,
    /// Share of the issues.
    pub(crate) weight: usize,
    /// Components.
    pub(crate) components: &'static [&'static str],
    /// Labels; the first ones equal entity tags.
    pub(crate) labels: &'static [&'static str],
    /// What they build; fits after "the".
    pub(crate) things: &'static [&'static str],
    /// How it misbehaves; fits after a thing.
    pub(crate) faults: &'static [&'static str],
    /// When; begins with a preposition or conjunction.
    pub(crate) causes: &'static [&'static str],
    /// Who uses it; fits after "a".
    pub(crate) roles: &'static [&'static str],
    /// What they wish to do; fits after "to".
    pub(crate) wishes: &'static [&'static str],
    /// Chores as imperatives.
    pub(crate) chores: &'static [&'static str],
    /// Epics.
    pub(crate) epics: &'static [&'static str],
    /// Lines of logs.
    pub(crate) logs: &'static [&'static str],
    /// Language and text of a snippet.
    pub(crate) code: (&'static str, &'static str),
    /// Prefix of version names.
    pub(crate) version: &'static str,
}

/// The projects of the company site, or of its hardware department.
pub(crate) fn projects(flavour: Flavour) -> &'static [Vocabulary] {
    match flavour {
        Flavour::Cloud => &cloud::PROJECTS,
        Flavour::DataCenter => &data_center::PROJECTS,
    }
}

/// Comments that fit anywhere; `{thing}` is replaced.
pub(crate) const REMARKS: [&str; 36] = [
    "I can reproduce this on staging with the {thing}.",
    "Could not reproduce with today's build. Which account did you use?",
    "Picking this up after stand-up.",
    "The {thing} was touched last week, that is the most likely suspect.",
    "Fix is in review, two approvals needed.",
    "Deployed to staging, please have a look before we roll it out.",
    "Rolled out to 10 % of the traffic, no errors so far.",
    "We agreed in refinement to split this. I will create the sub-tasks.",
    "Blocked until the other team answers.",
    "Customer called again about this, can we raise the priority?",
    "Moving to the next sprint, we ran out of capacity.",
    "The metrics for the {thing} look much better since this morning.",
    "I added the trace below. The second call is the one that hurts.",
    "Not a regression: it behaves the same in the release before.",
    "Verified on production. Closing.",
    "Reopened, the {thing} still shows the old behaviour in one region.",
    "Good catch. I missed the case where the list is empty.",
    "Let us write down the decision here so that nobody has to search the chat.",
    "The {thing} needs a migration first, otherwise we lose the history.",
    "Two tests are flaky on CI, unrelated to this change.",
    "Who owns the {thing} these days?",
    "I would rather fix the cause than add another retry.",
    "Added a feature flag, off by default.",
    "Docs are updated, screenshots follow.",
    "This also explains the alerts from Sunday night.",
    "Half of the effort is the clean-up afterwards. Estimate adjusted.",
    "Thanks! Works for me now.",
    "Please attach the logs of the {thing} next time.",
    "Legal is fine with the new wording.",
    "Load test: p99 went from 840 ms to 210 ms.",
    "We should tell support before this goes live.",
    "The workaround is to clear the cache and sign in again.",
    "Waiting for the vendor, ticket number is in the internal notes.",
    "I paired with the on-call engineer, the {thing} was misconfigured.",
    "Is this still needed? It has been here for a while.",
    "Merged. It will go out with the next release.",
];

/// Sub-tasks; `{thing}` is replaced.
pub(crate) const SUBTASKS: [&str; 10] = [
    "Write tests for the {thing}",
    "Update the runbook of the {thing}",
    "Add metrics to the {thing}",
    "Review the {thing} with security",
    "Put the {thing} behind a feature flag",
    "Migrate the data of the {thing}",
    "Document the {thing} for support",
    "Remove the old {thing}",
    "Load-test the {thing}",
    "Translate the texts of the {thing}",
];

/// Summaries in other scripts, as colleagues and customers write them.
pub(crate) const OTHER_SCRIPTS: [&str; 18] = [
    "支払い画面で合計金額が正しく表示されない",
    "返金処理がタイムアウトする（東京リージョン）",
    "结账页面在提交后没有响应",
    "退款通知邮件的货币符号错误",
    "결제 내역 내보내기 파일이 깨져서 열리지 않음",
    "فشل الدفع عند استخدام بطاقة منتهية الصلاحية",
    "لا تظهر رسالة التأكيد بعد إتمام الطلب",
    "התשלום נכשל כאשר הסכום גדול מ-10,000",
    "Не приходит письмо после возврата платежа",
    "Ошибка при выгрузке отчёта за прошлый квартал",
    "Помилка під час оплати карткою іноземного банку",
    "Η σελίδα πληρωμής δεν φορτώνει σε παλιά κινητά",
    "भुगतान के बाद रसीद नहीं मिलती",
    "ชำระเงินแล้วแต่สถานะยังเป็นรอดำเนินการ",
    "Größe der Umlaute im Überweisungszweck wird falsch gezählt",
    "Le virement échoue dès que le libellé contient « œ »",
    "Ödeme onayı e-postasında İ/ı harfleri bozuk",
    "Thẻ bị từ chối dù số dư vẫn đủ",
];
