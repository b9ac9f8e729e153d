//! What Google's own client takes for the large lists of a cycle: instances and disks of every
//! project through its paginator, every page thrown away. The floor under gcp-agent, for
//! `benches/cycles.py`. (Metrics and the small lists are left out: the floor is lower for it.)
//!
//! ```text
//! gcp_sdk_floor agent.yaml
//! ```
//! Where to ask comes from `OPENFINOPS_GCP_ENDPOINT`, the folder whose projects are asked from the
//! agent's file, in JSON, as the sandbox gives it.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use google_cloud_asset_v1::client::AssetService;
use google_cloud_compute_v1::client::{Disks, Instances};
use google_cloud_gax::paginator::{ItemPaginator as _, Paginator as _};

type Failure = Box<dyn std::error::Error>;

/// As many projects at once as the agent collects by default.
const SIDE_BY_SIDE: usize = 4;
/// The agent's page.
const PAGE: u32 = 500;

fn main() -> Result<(), Failure> {
    // The agent's own runtime.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(ask_for_all())
}

#[expect(clippy::print_stdout, reason = "what the script reads")]
async fn ask_for_all() -> Result<(), Failure> {
    let endpoint = std::env::var("OPENFINOPS_GCP_ENDPOINT")?;
    let file = std::env::args().nth(1).ok_or("say which configuration")?;
    let settings: serde_json::Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let folder = settings["folder"][0].as_str().ok_or("the configuration has no folder")?;
    let assets = AssetService::builder().with_endpoint(&endpoint).build().await?;
    let instances = Instances::builder().with_endpoint(&endpoint).build().await?;
    let disks = Disks::builder().with_endpoint(&endpoint).build().await?;
    let mut found = assets
        .search_all_resources()
        .set_scope(format!("folders/{folder}"))
        .set_asset_types(["cloudresourcemanager.googleapis.com/Project"])
        .set_query("state:ACTIVE")
        .by_item();
    let mut projects = Vec::new();
    while let Some(project) = found.next().await {
        let name = project?.name;
        projects.push(name.rsplit('/').next().unwrap_or_default().to_owned());
    }
    let items: Vec<usize> = stream::iter(&projects)
        .map(|project| project_of(project, &instances, &disks))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    println!("{} zones' lists in {} projects", items.iter().sum::<usize>(), projects.len());
    Ok(())
}

async fn project_of(project: &str, instances: &Instances, disks: &Disks) -> Result<usize, Failure> {
    let mut count = 0;
    let list = instances.aggregated_list().set_project(project).set_max_results(PAGE);
    let mut pages = list.by_page();
    while let Some(page) = pages.next().await {
        count += page?.items.len();
    }
    let mut pages = disks.aggregated_list().set_project(project).set_max_results(PAGE).by_page();
    while let Some(page) = pages.next().await {
        count += page?.items.len();
    }
    Ok(count)
}
