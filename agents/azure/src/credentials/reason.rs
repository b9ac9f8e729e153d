//! Why a way gives no token, in one line.

use azure_core::error::ErrorKind;

use crate::arm::{Lost, Trouble, innermost, quote};

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
    ("AADSTS70021", "add a federated credential for this service account to the application"),
    ("AADSTS700213", "add a federated credential for this service account to the application"),
    ("AADSTS700024", "the federated token is not valid now: check this machine's clock"),
    ("AADSTS500011", "the tenant does not know the audience: check `cloud`"),
];

/// What an error of the identity library means.
pub(super) fn reason(name: &str, error: &azure_core::Error) -> Lost {
    if let Some(lost) = Lost::within(error) {
        return lost.clone();
    }
    let text = shortened(&error.to_string());
    let text = if text.is_empty() { innermost(error) } else { text };
    let known = REMEDIES.iter().find(|(code, _)| {
        // One code may begin as another does.
        text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == *code)
    });
    let remedy = match known {
        Some((_, remedy)) => (*remedy).to_owned(),
        None => format!("check the settings credential.* for {name}"),
    };
    let trouble = match status(error) {
        Some(status) if status >= 500 || status == 429 => Trouble::Refused,
        _ => Trouble::Unauthenticated,
    };
    Lost { trouble, cause: text, remedy }
}

/// Without the library's own preface, its links, and what only Microsoft's support can use.
fn shortened(text: &str) -> String {
    let text = text.split_once(" authentication failed.").map_or(text, |(_, reason)| reason);
    let text = text.split(" Trace ID:").next().unwrap_or(text);
    quote(text).trim_end_matches(['.', ' ']).to_owned()
}

fn status(error: &azure_core::Error) -> Option<u16> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        let azure = error.downcast_ref::<azure_core::Error>();
        if let Some(ErrorKind::HttpResponse { status, .. }) = azure.map(azure_core::Error::kind) {
            return Some(u16::from(*status));
        }
        next = error.source();
    }
    None
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
        assert_eq!(reason("az", &error).remedy, "check the settings credential.* for az");
    }
}
