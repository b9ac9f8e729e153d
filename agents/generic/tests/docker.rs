//! Containers as an engine tells them: scripted answers over a socket, of the shapes that
//! <https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container> documents.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::get;
use generic_agent::collectors::{CollectError, Collected, Collector as _, DockerMetrics};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixListener;
use tokio::sync::Barrier;

/// Longer than any test takes, so that only what hangs runs into it.
const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(200);
const WEB: &str = "8dfafdbc3a40b3a1f6e5d4c3b2a1908070605040302010ffeeddccbbaa998877";
const DATABASE: &str = "9cd87474be90d2c4f6e5d4c3b2a1908070605040302010ffeeddccbbaa998877";
const STOPPED: &str = "3176a2479c92e5f7f6e5d4c3b2a1908070605040302010ffeeddccbbaa998877";

/// An engine's socket, in a folder that goes with it.
struct Socket {
    _folder: TempDir,
    path: PathBuf,
}

impl Socket {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        Self { _folder: folder, path }
    }

    fn served_by(engine: Router) -> Self {
        let socket = Self::new();
        let listener = UnixListener::bind(&socket.path).unwrap();
        tokio::spawn(async { axum::serve(listener, engine).await.unwrap() });
        socket
    }

    /// An engine that writes `answer` to whoever asks, and then says nothing.
    fn writing(answer: &'static [u8]) -> Self {
        let socket = Self::new();
        let listener = UnixListener::bind(&socket.path).unwrap();
        tokio::spawn(async move {
            let mut open = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                // An answer that comes before the question is a fault of its own.
                assert!(stream.read(&mut [0; 1_024]).await.unwrap() > 0);
                stream.write_all(answer).await.unwrap();
                open.push(stream);
            }
        });
        socket
    }

    fn metrics(&self) -> DockerMetrics {
        DockerMetrics::new(self.path.clone()).wait(LONG)
    }

    async fn collect(&self) -> Result<Collected, CollectError> {
        self.metrics().collect().await
    }
}

fn listing(containers: Value) -> Router {
    Router::new().route(
        "/containers/json",
        get(|uri: Uri| async move {
            assert_eq!(uri.query(), Some("all=true"));
            containers.to_string()
        }),
    )
}

/// An engine whose list of containers is answered by `answer`.
fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Socket {
    Socket::served_by(Router::new().route("/containers/json", get(|| async { answer })))
}

fn container(id: &str, name: &str, state: &str) -> Value {
    json!({
        "Id": id,
        "Names": [format!("/{name}")],
        "Image": "nginx:1.27",
        "ImageID": "sha256:d74508fb6632491cea586a1fd7d748dfc5274cd6fdfedee309ecdcbc2bf5cb82",
        "Command": "/docker-entrypoint.sh nginx -g 'daemon off;'",
        "Created": 1_738_324_800,
        "State": state,
        "Status": "Up 2 hours",
        "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}],
        "Labels": {"team": "shop", "db.password": "hunter2"},
        "HostConfig": {"NetworkMode": "bridge"},
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}},
        "Mounts": [{"Type": "volume", "Name": "data", "Source": "", "Destination": "/data"}],
    })
}

/// Stats of 4 processors, of which the container used `used` of the `had` that the machine had.
fn stats(used: u64, had: u64) -> Value {
    json!({
        "read": "2025-01-31T12:00:00.00000001Z",
        "preread": "0001-01-01T00:00:00Z",
        "pids_stats": {"current": 3, "limit": 18_446_744_073_709_551_615_u64},
        "blkio_stats": {
            "io_service_bytes_recursive": [
                {"major": 254, "minor": 0, "op": "read", "value": 7_593_984},
                {"major": 254, "minor": 0, "op": "write", "value": 100},
            ],
            "io_serviced_recursive": null,
        },
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": {
            "cpu_usage": {
                "total_usage": used,
                "usage_in_kernelmode": 1,
                "usage_in_usermode": 2,
            },
            "system_cpu_usage": had,
            "online_cpus": 4,
            "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
        },
        "precpu_stats": {"cpu_usage": {"total_usage": 0}, "throttling_data": {}},
        // 13,897,485 without the 1,000,000 of inactive cache are 12,897,485: 12.3 MiB.
        "memory_stats": {
            "usage": 13_897_485,
            "stats": {"active_anon": 4_096, "inactive_file": 1_000_000},
            "limit": 2_040_109_466,
        },
        "name": "/web",
        "id": WEB,
        "networks": {"eth0": {"rx_bytes": 1_230, "rx_packets": 9, "tx_bytes": 0, "tx_packets": 0}},
    })
}

fn stats_path(id: &str) -> String {
    format!("/containers/{id}/stats")
}

/// An engine with one container that runs, one whose figures are gone, and one that is stopped.
/// What the first used grows by 50 ms of the machine's 1,000 ms from one question to the next.
fn engine() -> Router {
    let asked = Arc::new(AtomicU64::new(1));
    let containers = json!([
        container(WEB, "web", "running"),
        container(DATABASE, "database", "running"),
        container(STOPPED, "old", "exited"),
    ]);
    let answer = move |uri: Uri| {
        let time = asked.fetch_add(1, Ordering::SeqCst);
        async move {
            assert_eq!(uri.query(), Some("stream=false&one-shot=true"));
            stats(time * 50_000_000, time * 1_000_000_000).to_string()
        }
    };
    let gone = || async { (StatusCode::NOT_FOUND, r#"{"message":"No such container"}"#) };
    listing(containers)
        .route(&stats_path(WEB), get(answer))
        .route(&stats_path(DATABASE), get(gone))
        .route(&stats_path(STOPPED), get(|| async { (StatusCode::CONFLICT, "it is stopped") }))
}

#[tokio::test]
async fn a_container_has_dockers_texts_and_our_numbers() {
    let socket = Socket::served_by(engine());
    let metrics = socket.metrics();
    let first = metrics.collect().await.unwrap();
    let web = &first.data["containers"][0];
    assert_eq!(web["CPUPerc"], Value::Null, "usage needs two readings");
    assert_eq!(web["cpu_percent"], Value::Null);

    let second = metrics.collect().await.unwrap();
    let expected = json!({
        "ID": "8dfafdbc3a40",
        "Names": "web",
        "Image": "nginx:1.27",
        "Command": "\"/docker-entrypoint.…\"",
        "CreatedAt": "2025-01-31 12:00:00 +0000 UTC",
        "State": "running",
        "Status": "Up 2 hours",
        "Ports": "0.0.0.0:8080->80/tcp",
        "Labels": "db.password=[redacted],team=shop",
        "Mounts": "data",
        "Networks": "bridge",
        // 50 ms of 1,000 ms are 5 % of the machine's 4 processors.
        "CPUPerc": "20.00%",
        "cpu_percent": 20.0,
        "MemUsage": "12.3MiB / 1.9GiB",
        "memory_bytes": 12_897_485,
        "memory_limit_bytes": 2_040_109_466_u64,
        // 12,897,485 of 2,040,109,466.
        "MemPerc": "0.63%",
        "NetIO": "1.23kB / 0B",
        "network_received_bytes": 1_230,
        "network_sent_bytes": 0,
        "BlockIO": "7.59MB / 100B",
        "block_read_bytes": 7_593_984,
        "block_written_bytes": 100,
        "PIDs": "3",
        "pids": 3,
    });
    assert_eq!(second.data["containers"][0], expected);
    assert_eq!(second.lines[0], "3 containers, 2 running");
    assert_eq!(second.lines[1], "web (nginx:1.27): cpu 20.0 %, memory 0.0 of 1.9 GiB");
}

#[tokio::test]
async fn stopped_containers_are_counted_and_have_no_figures() {
    let data = Socket::served_by(engine()).collect().await.unwrap().data;
    assert_eq!(data["available"], true);
    assert_eq!(data["total_containers"], 3);
    assert_eq!(data["running_containers"], 2);
    let old = &data["containers"][2];
    assert_eq!(old["State"], "exited");
    assert_eq!(old["MemUsage"], Value::Null);
    assert_eq!(old.get("error"), None, "nobody asked for its figures");
}

#[tokio::test]
async fn a_container_that_goes_meanwhile_has_an_error_of_its_own() {
    let data = Socket::served_by(engine()).collect().await.unwrap().data;
    let database = &data["containers"][1];
    assert_eq!(database["error"], "its figures cannot be had: the answer is status 404");
    assert_eq!(database["memory_bytes"], Value::Null);
    assert_eq!(data["containers"][0]["memory_bytes"], 12_897_485);
}

#[tokio::test]
async fn a_container_that_does_not_answer_costs_only_its_own_figures() {
    let containers =
        json!([container(WEB, "web", "running"), container(DATABASE, "database", "paused")]);
    let engine = listing(containers)
        .route(&stats_path(WEB), get(|| async { pending::<String>().await }))
        .route(&stats_path(DATABASE), get(|| async { stats(1, 2).to_string() }));
    let socket = Socket::served_by(engine);
    let data = socket.metrics().wait(SHORT).collect().await.unwrap().data;
    assert_eq!(data["containers"][0]["error"], "its figures cannot be had: no answer within 200ms");
    assert_eq!(data["containers"][1]["pids"], 3, "a paused container keeps its memory");
    assert_eq!(data["running_containers"], 1);
}

#[tokio::test]
async fn eight_containers_are_asked_side_by_side() {
    let ids: Vec<String> = (0..24).map(|number| format!("{number:064x}")).collect();
    let containers = ids.iter().map(|id| container(id, id, "running")).collect();
    // Nobody passes before eight are there, and no more than eight are ever there.
    let (barrier, inside) = (Arc::new(Barrier::new(8)), Arc::new(AtomicU64::new(0)));
    let mut engine = listing(containers);
    for id in &ids {
        let (barrier, inside) = (Arc::clone(&barrier), Arc::clone(&inside));
        let answer = || async move {
            assert!(inside.fetch_add(1, Ordering::SeqCst) < 8);
            barrier.wait().await;
            inside.fetch_sub(1, Ordering::SeqCst);
            stats(1, 2).to_string()
        };
        engine = engine.route(&stats_path(id), get(answer));
    }
    let data = Socket::served_by(engine).collect().await.unwrap().data;
    let containers = data["containers"].as_array().unwrap();
    assert!(containers.iter().all(|it| it["pids"] == 3), "{containers:?}");
}

#[tokio::test]
async fn where_no_engine_listens_there_are_no_containers_and_no_failure() {
    let missing = Socket::new();
    let refusing = Socket::new();
    // The file stays when the listener goes.
    drop(UnixListener::bind(&refusing.path).unwrap());
    for (socket, reason) in [(missing, "No such file"), (refusing, "Connection refused")] {
        let collected = socket.collect().await.unwrap();
        let data = &collected.data;
        assert_eq!(data["available"], false);
        assert_eq!(data["containers"], json!([]));
        assert_eq!(data["total_containers"], 0);
        assert_eq!(data["running_containers"], 0);
        let told = data["reason"].as_str().unwrap();
        assert!(told.contains(reason) && told.contains("docker.sock"), "{told}");
        assert_eq!(collected.lines, [told]);
    }
}

async fn failure(socket: &Socket) -> CollectError {
    let error = socket.collect().await.unwrap_err();
    assert!(error.error.contains("docker.sock"), "{error}");
    assert!(error.hint.is_some());
    error
}

#[tokio::test]
async fn an_engine_in_trouble_is_an_error() {
    let socket = answering((StatusCode::INTERNAL_SERVER_ERROR, r#"{"message":"secret"}"#));
    let error = failure(&socket).await;
    assert!(error.error.ends_with("the answer is status 500"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_something_else_is_an_error_without_its_words() {
    for (body, expected) in [
        ("<html>secret</html>", "it is no JSON, at 1:1"),
        ("[{\"Id\":\"secret", "it is cut short"),
        ("{\"message\":\"secret\"}", "its JSON has another form"),
        ("", "it is cut short"),
    ] {
        let error = failure(&answering(body)).await.error;
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
    let moved = (StatusCode::FOUND, [("location", "http://elsewhere/")]);
    let error = failure(&answering(moved)).await.error;
    assert!(error.ends_with("the answer is status 302"), "{error}");
    failure(&Socket::writing(b"SSH-2.0-OpenSSH_9.6\r\n")).await;
}

#[tokio::test]
async fn an_answer_of_ten_megabytes_is_not_read_to_its_end() {
    let error = failure(&answering("[".repeat(10 << 20))).await;
    assert!(error.error.ends_with("the answer is longer than 4096 KiB"), "{error}");
}

#[tokio::test]
async fn figures_of_half_a_megabyte_are_not_read_to_their_end() {
    let engine = listing(json!([container(WEB, "web", "running")]))
        .route(&stats_path(WEB), get(|| async { " ".repeat(512 << 10) }));
    let data = Socket::served_by(engine).collect().await.unwrap().data;
    let error = data["containers"][0]["error"].as_str().unwrap();
    assert!(error.ends_with("the answer is longer than 256 KiB"), "{error}");
}

#[tokio::test]
async fn an_engine_that_says_nothing_or_half_is_given_up() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[";
    for socket in [Socket::writing(b""), Socket::writing(half)] {
        let error = socket.metrics().wait(SHORT).collect().await.unwrap_err();
        assert!(error.error.ends_with("no answer within 200ms"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_is_an_error() {
    let socket = Socket::new();
    let listener = UnixListener::bind(&socket.path).unwrap();
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await.unwrap());
        }
    });
    failure(&socket).await;
}

#[test]
fn the_engine_is_looked_for_where_docker_puts_it() {
    assert!(Path::new(DockerMetrics::SOCKET).is_absolute());
    assert_eq!(DockerMetrics::new(DockerMetrics::SOCKET.into()).name(), "docker_metrics");
}
