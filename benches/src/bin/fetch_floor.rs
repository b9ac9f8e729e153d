//! What a bare HTTP client takes for the requests of a cycle: it asks what an agent asked, word for
//! word, and throws the answers away. The floor under any agent, for `benches/cycles.py`.
//!
//! ```text
//! fetch_floor requests.json URL [CERTIFICATE AUTHORITY]
//! ```
//! The file is what the sandbox's `DELETE /requests` gave; `URL` is where that cloud answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::header::HeaderName;
use reqwest::{Certificate, Client, Method};
use serde::Deserialize;

type Failure = Box<dyn std::error::Error>;

/// As many requests at once as an agent has scopes at once.
const SIDE_BY_SIDE: usize = 4;

#[derive(Deserialize)]
struct Recorded {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn main() -> Result<(), Failure> {
    // The agents' own runtime.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(ask_again())
}

#[expect(clippy::print_stdout, reason = "what the script reads")]
async fn ask_again() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("say which requests")?;
    let url = arguments.next().ok_or("say where they go")?;
    let recorded: Vec<Recorded> = serde_json::from_slice(&std::fs::read(file)?)?;
    let mut client = Client::builder().no_proxy();
    if let Some(authority) = arguments.next() {
        client = client.tls_certs_only([Certificate::from_pem(&std::fs::read(authority)?)?]);
    }
    let client = client.build()?;
    let count = recorded.len();
    let bytes: Vec<usize> = stream::iter(recorded)
        .map(|request| ask(&client, &url, request))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    println!("{count} requests, {} bytes", bytes.iter().sum::<usize>());
    Ok(())
}

/// The length of an answer, each piece of which is dropped as it comes.
async fn ask(client: &Client, url: &str, request: Recorded) -> Result<usize, Failure> {
    let method = Method::from_bytes(request.method.as_bytes())?;
    let mut asked = client
        .request(method, format!("{url}{}", request.target))
        .body(STANDARD.decode(&request.body)?);
    for (name, value) in &request.headers {
        asked = asked.header(HeaderName::from_bytes(name.as_bytes())?, value);
    }
    let mut answer = asked.send().await?;
    let mut bytes = 0;
    while let Some(piece) = answer.chunk().await? {
        bytes += piece.len();
    }
    Ok(bytes)
}
