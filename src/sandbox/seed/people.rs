//! The people of the two departments.
//!
//! Must never be in here: real people.

use super::super::{
    dice::Dice,
    model::{AccountKind, Flavour, User},
};

/// Display name, user name, time zone.
type Person = (&'static str, &'static str, &'static str);

/// Robin comes first: the account to sign in with.
const ROBIN: Person = ("Robin Example", "robin", "Europe/Berlin");

const CLOUD: [Person; 31] = [
    ("Ana Souza", "asouza", "America/Sao_Paulo"),
    ("Li Wei", "lwei", "Asia/Shanghai"),
    ("Priya Raghavan", "praghavan", "Asia/Kolkata"),
    ("Tomasz Wiśniewski", "twisniewski", "Europe/Warsaw"),
    ("Maya Goldberg", "mgoldberg", "America/New_York"),
    ("Kenji Watanabe", "kwatanabe", "Asia/Tokyo"),
    ("Olena Kovalenko", "okovalenko", "Europe/Kyiv"),
    ("Samuel Okafor", "sokafor", "Africa/Lagos"),
    ("Ingrid Bjørnstad", "ibjornstad", "Europe/Oslo"),
    ("Zeynep Yılmaz", "zyilmaz", "Europe/Istanbul"),
    ("José Ángel Núñez", "jnunez", "America/Mexico_City"),
    ("Chloé Lefèvre", "clefevre", "Europe/Paris"),
    ("محمد الحسن", "malhassan", "Asia/Dubai"),
    ("Дмитрий Соколов", "dsokolov", "Asia/Almaty"),
    ("佐藤 美咲", "msato", "Asia/Tokyo"),
    ("Jack O'Brien-Smythe", "jobrien", "Australia/Sydney"),
    ("Nguyễn Thị Hương", "nhuong", "Asia/Ho_Chi_Minh"),
    ("Giulia Ferrari", "gferrari", "Europe/Rome"),
    ("Aroha Ngata", "angata", "Pacific/Auckland"),
    ("Emma van der Berg", "evanderberg", "Europe/Amsterdam"),
    ("David Kim", "dkim", "America/Los_Angeles"),
    ("Fatima Zahra Benali", "fbenali", "Africa/Casablanca"),
    ("Lars Håkansson", "lhakansson", "Europe/Stockholm"),
    ("Deepak Shrestha", "dshrestha", "Asia/Kathmandu"),
    ("Sofía Rojas", "srojas", "America/Santiago"),
    ("Ben Carter", "bcarter", "America/Chicago"),
    ("Noor de Vries", "ndevries", "Europe/Amsterdam"),
    ("Thandiwe Dlamini", "tdlamini", "Africa/Johannesburg"),
    ("Patrick Walsh", "pwalsh", "Europe/Dublin"),
    ("Hannah Müller", "hmueller", "Europe/Berlin"),
    ("Élodie N'Diaye", "endiaye", "Europe/Paris"),
];

const DATA_CENTER: [Person; 21] = [
    ("Katharina Vogel", "kvogel", "Europe/Berlin"),
    ("Jürgen Weiß", "jweiss", "Europe/Berlin"),
    ("Chen Mei-ling", "mchen", "Asia/Taipei"),
    ("Park Ji-hoon", "jpark", "Asia/Seoul"),
    ("Marek Dvořák", "mdvorak", "Europe/Prague"),
    ("Anneli Koskinen", "akoskinen", "Europe/Helsinki"),
    ("Rahul Banerjee", "rbanerjee", "Asia/Kolkata"),
    ("Stephanie Brown", "sbrown", "America/Denver"),
    ("Andrei Popescu", "apopescu", "Europe/Bucharest"),
    ("Yuki Tanaka", "ytanaka", "Asia/Tokyo"),
    ("Carlos Mendoza", "cmendoza", "America/Bogota"),
    ("Agnieszka Zielińska", "azielinska", "Europe/Warsaw"),
    ("Θεόδωρος Παπαδόπουλος", "tpapadopoulos", "Europe/Athens"),
    ("Hiroshi Yamamoto", "hyamamoto", "Asia/Tokyo"),
    ("Lucía Fernández", "lfernandez", "Europe/Madrid"),
    ("Oluwaseun Adeyemi", "oadeyemi", "Africa/Lagos"),
    ("Matthew Clarke", "mclarke", "America/St_Johns"),
    ("Sanna Lindqvist", "slindqvist", "Europe/Stockholm"),
    ("Виктория Морозова", "vmorozova", "Europe/Sofia"),
    ("Peter Novák", "pnovak", "Europe/Bratislava"),
    ("Wang Fang", "fwang", "Asia/Shanghai"),
];

/// All accounts: Robin, the department, two who left, one anonymised, and a bot at the end.
pub(super) fn everybody(flavour: Flavour, dice: &mut Dice) -> Vec<User> {
    let department: &[Person] = match flavour {
        Flavour::Cloud => &CLOUD,
        Flavour::DataCenter => &DATA_CENTER,
    };
    let mut users: Vec<_> = std::iter::once(&ROBIN)
        .chain(department)
        .enumerate()
        .map(|(at, person)| account(at, person, dice))
        .collect();
    let count = users.len();
    if let [.., left, gone] = users.as_mut_slice() {
        left.active = false;
        gone.active = false;
        gone.deleted = true;
        match flavour {
            Flavour::Cloud => gone.display = "Former user".into(),
            Flavour::DataCenter => {
                gone.name = format!("jirauser{}", 10_100 + count - 1);
                gone.display = "user-7f3c1 (Anonymous)".into();
            }
        }
        gone.email = None;
    }
    users.push(bot(count, dice));
    users
}

/// Number of accounts that work: everybody but the two who left and the bot.
pub(super) fn working(users: &[User]) -> usize {
    users.len().saturating_sub(3).max(1)
}

fn account(at: usize, &(display, name, zone): &Person, dice: &mut Dice) -> User {
    User {
        account_id: account_id(dice),
        key: if at == 0 {
            name.to_owned()
        } else {
            format!("JIRAUSER{}", 10_100 + at)
        },
        name: name.to_owned(),
        display: display.into(),
        email: Some(format!("{name}@example.com")),
        email_hidden: at > 0 && dice.chance(60),
        time_zone: zone.to_owned(),
        locale: if at.is_multiple_of(3) { "en_GB" } else { "en_US" }.to_owned(),
        active: true,
        deleted: false,
        kind: AccountKind::Human,
    }
}

fn bot(at: usize, dice: &mut Dice) -> User {
    User {
        display: "Automation for Jira".into(),
        email: None,
        email_hidden: true,
        kind: AccountKind::App,
        ..account(at, &("", "automation", "Etc/UTC"), dice)
    }
}

/// Newer accounts have a prefix and a UUID, older ones 24 hexadecimal digits.
fn account_id(dice: &mut Dice) -> String {
    let mut hex = |digits: usize| -> String {
        (0..digits)
            .map(|_| char::from_digit(u32::try_from(dice.below(16)).unwrap_or(0), 16).unwrap_or('0'))
            .collect()
    };
    if hex(1) < "8".to_owned() {
        return format!("5{}", hex(23));
    }
    format!("712020:{}-{}-4{}-8{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
}
