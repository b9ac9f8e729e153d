//! Why a way gives no token, in one line.

use std::error::Error;

use azure_core::error::ErrorKind;

use crate::arm::{Lost, Trouble, chain, quote};

/// Refusals of Entra, by the beginning of their codes, and what to do.
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
const REMEDIES: &[(&str, &str)] = &[
    (
        "AADSTS7000215",
        "give the secret's value, not its id: credential.client_secret_file or AZURE_CLIENT_SECRET",
    ),
    ("AADSTS7000222", "the client secret has expired: make a new one"),
    (
        "AADSTS700016",
        "check credential.client_id and credential.tenant_id: the tenant has no such application",
    ),
    ("AADSTS90002", "check credential.tenant_id and `cloud`: there is no such tenant"),
    ("AADSTS900023", "check credential.tenant_id: it is not a tenant's id"),
    ("AADSTS70021", NO_FEDERATION),
    ("AADSTS700213", NO_FEDERATION),
    ("AADSTS700024", "the federated token is not valid now: check this machine's clock"),
    ("AADSTS500011", "the tenant does not know the audience: check `cloud`"),
];

const NO_FEDERATION: &str =
    "add a federated credential for this service account to the application";

/// What an error of the identity library means.
pub(super) fn reason(name: &str, error: &azure_core::Error) -> Lost {
    if let Some(lost) = Lost::within(error) {
        return lost.clone();
    }
    let text = error.to_string();
    let lost = refusal(if text.is_empty() { name } else { &text });
    if chain(error).any(|error| error.is::<serde_json::Error>()) {
        let cause = format!("the answer cannot be read: {}", lost.cause);
        let remedy = format!("check proxies, or update what gives tokens by {name}");
        return Lost { trouble: Trouble::BadReply, cause, remedy };
    }
    match chain(error).find_map(status) {
        Some(status) if status >= 500 || status == 429 => {
            let remedy = "the next cycle asks again".to_owned();
            Lost { trouble: Trouble::Refused, remedy, ..lost }
        }
        _ => lost,
    }
}

/// What a refusal in these words means.
pub(super) fn refusal(said: &str) -> Lost {
    let cause = shortened(said);
    let known = REMEDIES.iter().find(|(code, _)| {
        // One code may begin as another does.
        cause.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == *code)
    });
    let remedy = known.map_or("check the settings credential.*", |(_, remedy)| remedy).to_owned();
    Lost { trouble: Trouble::Unauthenticated, cause, remedy }
}

/// Without the library's own preface, its links, and what only Microsoft's support can use.
fn shortened(text: &str) -> String {
    let text = text.split_once(" authentication failed.").map_or(text, |(_, reason)| reason);
    let text = text.split(" Trace ID:").next().unwrap_or(text);
    quote(text).trim_end_matches(['.', ' ']).to_owned()
}

fn status(error: &(dyn Error + 'static)) -> Option<u16> {
    match error.downcast_ref::<azure_core::Error>()?.kind() {
        ErrorKind::HttpResponse { status, .. } => Some(u16::from(*status)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_one_line_with_what_to_do() {
        let said = "ClientSecretCredential authentication failed. AADSTS7000215: Invalid client \
                    secret provided. Trace ID: 1 Correlation ID: 2\r\nTimestamp: 3\nTo \
                    troubleshoot, visit https://aka.ms/x";
        let error = azure_core::Error::with_message(ErrorKind::Credential, said);
        let lost = reason("client secret", &error);
        assert_eq!(lost.cause, "AADSTS7000215: Invalid client secret provided");
        assert_eq!(lost.trouble, Trouble::Unauthenticated);
        assert!(lost.remedy.contains("AZURE_CLIENT_SECRET"), "{}", lost.remedy);
    }

    #[test]
    fn codes_are_whole_words() {
        let error = azure_core::Error::with_message(ErrorKind::Credential, "AADSTS9000231: no");
        assert_eq!(reason("az", &error).remedy, "check the settings credential.*");
    }
}
