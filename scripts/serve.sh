#!/bin/bash
# Prefect's server and one worker on this machine only: the deployments of prefect.yaml, with their schedules.
# Usage: scripts/serve.sh [PORT]. Ctrl-C ends both; what was running is taken up by the next night.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-4200}
export DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false PREFECT_API_URL="http://127.0.0.1:$port/api"
prefect=.venv/bin/prefect
"$prefect" server start --host 127.0.0.1 --port "$port" &
trap 'kill %1 2>/dev/null; wait' EXIT
"$prefect" server status --wait --timeout 180
"$prefect" work-pool create wederhoor --type process --overwrite
"$prefect" --no-prompt deploy --all
"$prefect" worker start --pool wederhoor
