//! Which of the pod's containers this process is in.

use super::super::finding::Trouble;
use super::known::Known;
use super::objects::{Container, ContainerStatus, Pod};

/// The container that this process is in.
#[derive(Debug, PartialEq)]
pub(super) struct Own<'a> {
    /// Its name.
    pub(super) name: String,
    /// Its id as the runtime has it, without the runtime's name.
    pub(super) id: Option<String>,
    /// Its specification, where the pod could be read.
    pub(super) container: Option<&'a Container>,
}

/// The own container. Its name is what `CONTAINER_NAME` says, whose termination log is mounted,
/// whose id the control group has, or the only one there is.
///
/// # Errors
/// Where there are several and nothing tells, or where the pod has none of the name.
pub(super) fn own<'a>(known: &Known, pod: Option<&'a Pod>) -> Result<Option<Own<'a>>, Trouble> {
    let mounted = known.mounted.as_ref().map(|mounted| mounted.container.as_str());
    let name = known.container_name.as_deref().or(mounted);
    let Some(pod) = pod else {
        return Ok(name.map(|name| Own { name: name.to_owned(), id: None, container: None }));
    };
    let statuses = statuses(pod);
    let name = name
        .or_else(|| by_control_group(&statuses, &known.cgroup))
        .or_else(|| only_one(pod))
        .ok_or_else(|| {
            Trouble::new("the pod has several containers, and nothing tells which one this is")
                .hint("set CONTAINER_NAME to the container's name")
        })?;
    let container = containers(pod).find(|container| container.name == name);
    let status = statuses.iter().find(|status| status.name == name);
    if container.is_none() && status.is_none() {
        return Err(Trouble::new(format!("the pod has no container called {name}"))
            .hint("set CONTAINER_NAME to the container's name"));
    }
    let id = status.and_then(|status| id(status)).map(str::to_owned);
    Ok(Some(Own { name: name.to_owned(), id, container }))
}

fn containers(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec
        .iter()
        .flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()))
}

fn statuses(pod: &Pod) -> Vec<&ContainerStatus> {
    let Some(status) = &pod.status else { return Vec::new() };
    let kinds = [
        &status.container_statuses,
        &status.init_container_statuses,
        &status.ephemeral_container_statuses,
    ];
    kinds.into_iter().flatten().flatten().collect()
}

fn by_control_group<'a>(statuses: &[&'a ContainerStatus], cgroup: &str) -> Option<&'a str> {
    let own = |status: &&&ContainerStatus| id(status).is_some_and(|id| cgroup.contains(id));
    statuses.iter().find(own).map(|status| status.name.as_str())
}

/// Those that run side by side: init containers have ended before, but for sidecars.
fn only_one(pod: &Pod) -> Option<&str> {
    let spec = pod.spec.as_ref()?;
    let goes_on = |container: &&Container| container.restart_policy.as_deref() == Some("Always");
    let sidecars = spec.init_containers.iter().flatten().filter(goes_on);
    let mut together = spec.containers.iter().chain(sidecars);
    let one = together.next()?;
    together.next().is_none().then_some(&one.name)
}

/// `abc123` of `containerd://abc123`; of a container that has not started, none.
fn id(status: &ContainerStatus) -> Option<&str> {
    let id = status.container_id.as_deref()?;
    Some(id.split_once("://").map_or(id, |(_, id)| id)).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::known::Mounted;
    use super::*;

    /// An app, its sidecar, and what ran before them.
    fn pod() -> Pod {
        let status = |name: &str, id: &str| {
            json!({"name": name, "containerID": format!("containerd://{id}"), "image": "i",
                "imageID": "i", "ready": true, "restartCount": 0})
        };
        serde_json::from_value(json!({
            "metadata": {"name": "api-xyz"},
            "spec": {
                "containers": [{"name": "api"}, {"name": "proxy"}],
                "initContainers": [{"name": "migrate"}],
            },
            "status": {
                "containerStatuses": [status("api", "aaaa1111"), status("proxy", "bbbb2222")],
                "initContainerStatuses": [status("migrate", "cccc3333")],
            },
        }))
        .unwrap()
    }

    fn name_of(known: &Known) -> Result<Option<String>, Trouble> {
        own(known, Some(&pod())).map(|own| own.map(|own| own.name))
    }

    fn mounted(container: &str) -> Option<Mounted> {
        Some(Mounted { pod_uid: "abc".to_owned(), container: container.to_owned() })
    }

    #[test]
    fn the_environment_goes_before_the_mount_and_that_before_the_control_group() {
        let cgroup = "0::/kubepods.slice/cri-containerd-bbbb2222.scope".to_owned();
        let by_cgroup = Known { cgroup, ..Known::default() };
        assert_eq!(name_of(&by_cgroup), Ok(Some("proxy".to_owned())));
        let by_mount = Known { mounted: mounted("migrate"), ..by_cgroup };
        assert_eq!(name_of(&by_mount), Ok(Some("migrate".to_owned())));
        let said = Known { container_name: Some("api".to_owned()), ..by_mount };
        let pod = pod();
        let own = own(&said, Some(&pod)).unwrap().unwrap();
        assert_eq!((own.name.as_str(), own.id.as_deref()), ("api", Some("aaaa1111")));
    }

    #[test]
    fn of_several_containers_none_is_guessed() {
        let trouble = name_of(&Known::default()).unwrap_err();
        assert!(trouble.hint.unwrap().contains("CONTAINER_NAME"));
        let wrong = Known { container_name: Some("web".to_owned()), ..Known::default() };
        assert_eq!(name_of(&wrong).unwrap_err().what, "the pod has no container called web");
    }

    #[test]
    fn what_ran_before_is_no_second_container_but_a_sidecar_is() {
        let mut pod = pod();
        let spec = pod.spec.as_mut().unwrap();
        spec.containers.truncate(1);
        assert_eq!(only_one(&pod), Some("api"));
        let sidecar = &mut pod.spec.as_mut().unwrap().init_containers.as_mut().unwrap()[0];
        sidecar.restart_policy = Some("Always".to_owned());
        assert_eq!(only_one(&pod), None);
    }

    #[test]
    fn without_the_pod_the_name_is_what_the_mount_says() {
        let known = Known { mounted: mounted("api"), ..Known::default() };
        let own = own(&known, None).unwrap().unwrap();
        assert_eq!(own, Own { name: "api".to_owned(), id: None, container: None });
        assert_eq!(super::own(&Known::default(), None), Ok(None));
    }
}
