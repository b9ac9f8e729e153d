# Sets `agents` to what AGENT, a build argument, names. Read by the scripts beside it.
case "${AGENT:-}" in
aws-agent | azure-agent | gcp-agent | generic-agent) agents=$AGENT ;;
all) agents="aws-agent azure-agent gcp-agent generic-agent" ;;
*)
    echo "AGENT is '${AGENT:-}': give aws-agent, azure-agent, gcp-agent, generic-agent or all with --build-arg AGENT=…" >&2
    exit 2
    ;;
esac
