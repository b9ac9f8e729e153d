//! Whom a command runs as.

use std::path::PathBuf;

use sysinfo::Users;

/// Where the local users are.
const DATABASE: &str = "/etc/passwd";

/// A user of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The number.
    pub uid: u32,
    /// The number of the primary group.
    pub gid: u32,
    /// The home folder; `/` where it is not known.
    pub home: PathBuf,
}

impl User {
    /// Finds a user by name, or by number.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn find(name: &str) -> Result<Self, String> {
        let local = std::fs::read_to_string(DATABASE).unwrap_or_default();
        find_in(&local, name)
            .or_else(|| from_directory(name))
            .ok_or_else(|| format!("there is no user \"{name}\" on this machine"))
    }
}

/// Looks in `database`, which is as passwd(5) describes. A name goes before a number.
fn find_in(database: &str, name: &str) -> Option<User> {
    let users = || database.lines().filter_map(parse);
    let number = name.parse::<u32>().ok();
    users().find(|user| user.name == name).or_else(|| users().find(|user| Some(user.uid) == number))
}

/// One line: name, password, number, group, comment, home, shell.
fn parse(line: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, uid, gid, _, home, ..] = fields[..] else { return None };
    let home = if home.is_empty() { "/" } else { home };
    Some(User {
        name: name.to_owned(),
        uid: uid.parse().ok()?,
        gid: gid.parse().ok()?,
        home: PathBuf::from(home),
    })
}

/// Looks among all the users that the system's libraries know: LDAP, systemd.
fn from_directory(name: &str) -> Option<User> {
    let users = Users::new_with_refreshed_list();
    let matches = |user: &&sysinfo::User| user.name() == name || user.id().to_string() == name;
    let user = users.iter().find(matches)?;
    Some(User {
        name: user.name().to_owned(),
        uid: **user.id(),
        gid: *user.group_id(),
        home: PathBuf::from("/"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nbroken\nagent:x:7:8::/srv/agent:/bin/sh\n\
                         9:x:12:12:::/bin/sh\nnine:x:9:9:Nine:/nine:/bin/sh\n";

    #[test]
    fn users_are_found_by_name_and_by_number() {
        let agent = find_in(USERS, "agent").unwrap();
        assert_eq!((agent.uid, agent.gid), (7, 8));
        assert_eq!(agent.home, PathBuf::from("/srv/agent"));
        assert_eq!(find_in(USERS, "7"), Some(agent));
        assert_eq!(find_in(USERS, "0").unwrap().name, "root");
        assert_eq!(find_in(USERS, "broken"), None);
    }

    #[test]
    fn a_name_of_digits_goes_before_a_number() {
        let nine = find_in(USERS, "9").unwrap();
        assert_eq!((nine.uid, nine.home), (12, PathBuf::from("/")));
    }

    #[test]
    fn who_is_not_there_is_named() {
        let error = User::find("nobody-of-this-name").unwrap_err();
        assert!(error.contains("nobody-of-this-name"), "{error}");
        assert_eq!(User::find("root").unwrap().uid, 0);
    }
}
