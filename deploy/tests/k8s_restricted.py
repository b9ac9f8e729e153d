"""The Pod Security Standards, control by control, as of Kubernetes 1.35.

<https://kubernetes.io/docs/concepts/security/pod-security-standards/>
"""

import k8s_objects

BASELINE_CAPABILITIES = {
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
}
SAFE_SYSCTLS = {
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"),
    *("net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"),
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
    *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
}
SELINUX_TYPES = {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
SECCOMP = {"RuntimeDefault", "Localhost"}
RESTRICTED_VOLUMES = {
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"),
}
HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe")


def violations(template):
    """The names of the controls that a pod template violates."""
    pod = template["spec"]
    return sorted({*baseline(template["metadata"], pod), *restricted(pod)})


def contexts(pod):
    """The security context of the pod and of each container."""
    return [pod.get("securityContext", {}), *(own(it) for it in k8s_objects.containers(pod))]


def own(container):
    return container.get("securityContext", {})


def each(pod, key, wanted):
    """Whether every container has one of the wanted values, or has none and the pod has one."""
    of_pod = pod.get("securityContext", {}).get(key)
    return all(own(it).get(key, of_pod) in wanted for it in k8s_objects.containers(pod))


def baseline(metadata, pod):
    containers, security = k8s_objects.containers(pod), contexts(pod)
    if any(it.get("windowsOptions", {}).get("hostProcess") for it in security):
        yield "HostProcess"
    if any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
        yield "Host Namespaces"
    if any(own(it).get("privileged") for it in containers):
        yield "Privileged Containers"
    if any(added(it) - BASELINE_CAPABILITIES for it in containers):
        yield "Capabilities"
    if any("hostPath" in it for it in pod.get("volumes", [])):
        yield "HostPath Volumes"
    if any(port.get("hostPort") for it in containers for port in it.get("ports", [])):
        yield "Host Ports"
    if any(host for it in containers for host in hosts(it)):
        yield "Host Probes / Lifecycle Hooks"
    if any(it.get("appArmorProfile", {}).get("type") == "Unconfined" for it in security) or unconfined(metadata):
        yield "AppArmor"
    if any(not selinux(it.get("seLinuxOptions", {})) for it in security):
        yield "SELinux"
    if any(own(it).get("procMount", "Default") != "Default" for it in containers):
        yield "/proc Mount Type"
    if any(it.get("seccompProfile", {}).get("type", "RuntimeDefault") not in SECCOMP for it in security):
        yield "Seccomp"
    if any(it["name"] not in SAFE_SYSCTLS for it in security[0].get("sysctls", [])):
        yield "Sysctls"


def added(container):
    return set(own(container).get("capabilities", {}).get("add", []))


def hosts(container):
    hooks = container.get("lifecycle", {})
    for handler in [*(container.get(key, {}) for key in HANDLERS), hooks.get("postStart", {}), hooks.get("preStop", {})]:
        yield handler.get("httpGet", {}).get("host") or handler.get("tcpSocket", {}).get("host")


def unconfined(metadata):
    prefix = "container.apparmor.security.beta.kubernetes.io/"
    annotations = metadata.get("annotations", {}).items()
    return any(key.startswith(prefix) and value == "unconfined" for key, value in annotations)


def selinux(options):
    return options.get("type") in SELINUX_TYPES and not options.get("user") and not options.get("role")


def restricted(pod):
    containers = k8s_objects.containers(pod)
    if any(set(it) - {"name"} - RESTRICTED_VOLUMES for it in pod.get("volumes", [])):
        yield "Volume Types"
    if any(own(it).get("allowPrivilegeEscalation") is not False for it in containers):
        yield "Privilege Escalation"
    if not each(pod, "runAsNonRoot", [True]):
        yield "Running as Non-root"
    if any(it.get("runAsUser") == 0 for it in contexts(pod)):
        yield "Running as Non-root user"
    of_pod = pod.get("securityContext", {}).get("seccompProfile", {}).get("type")
    if any(own(it).get("seccompProfile", {}).get("type", of_pod) not in SECCOMP for it in containers):
        yield "Seccomp"
    for container in containers:
        if "ALL" not in own(container).get("capabilities", {}).get("drop", []) or added(container) - {"NET_BIND_SERVICE"}:
            yield "Capabilities"
