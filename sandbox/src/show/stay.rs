//! Everything running until Ctrl-C.

use std::path::Path;

use futures::future::{join_all, select_all};
use tokio::process::Child;

use super::agent::Agent;
use super::process::{self, Stop};
use super::{Error, INTERVAL, say};
use crate::running::Running;

/// Starts the agents to stay, says where everything is, and ends them when this program is asked
/// to stop.
pub(super) async fn stay(
    running: &Running,
    agents: &[Agent],
    folder: &Path,
    stop: &mut Stop,
) -> Result<(), Error> {
    let mut children = Vec::new();
    let watched = watch(running, agents, folder, &mut children, stop).await;
    say("\nStopping.");
    children.iter().for_each(|(_, child)| process::terminate(child));
    join_all(children.iter_mut().map(|(_, child)| process::end(child))).await;
    watched
}

async fn watch<'a>(
    running: &Running,
    agents: &'a [Agent],
    folder: &Path,
    children: &mut Vec<(&'a Agent, Child)>,
    stop: &mut Stop,
) -> Result<(), Error> {
    let mut pages = Vec::new();
    for agent in agents {
        let (child, page) = agent.stay().await?;
        children.push((agent, child));
        running
            .pages
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(agent.cloud, page.clone());
        pages.push((agent.name(), page));
    }
    say(&directions(running, &pages, folder));
    while !children.is_empty() {
        let ended = select_all(children.iter_mut().map(|(_, child)| Box::pin(child.wait())));
        let index = tokio::select! {
            () = stop.asked() => return Ok(()),
            (_, index, _) = ended => index,
        };
        let (agent, _) = children.remove(index);
        say(&format!("{} has ended:\n{}", agent.name(), agent.last_lines().trim_end()));
    }
    stop.asked().await;
    Ok(())
}

/// Where everything is.
fn directions(running: &Running, pages: &[(String, String)], folder: &Path) -> String {
    let control = format!("http://{}", running.control.address());
    let mut text = format!(
        "\nStaying until Ctrl-C; each agent runs a cycle every {INTERVAL} seconds.\n\n\
         \x20 sandbox        {control}/\n\
         \x20 receiver       {}/totals\n",
        running.receiver.1
    );
    for (name, page) in pages {
        text.push_str(&format!("  {name:<13}  {page}\n"));
    }
    let folder = folder.display();
    text.push_str(&format!(
        "  logs           {folder}/*/log\n\nMake something go wrong, and right again:\n\n\
         \x20 curl -X PUT {control}/faults --data 'aws:throttled=30%'\n\
         \x20 curl -X DELETE {control}/faults"
    ));
    text
}
