#!/bin/sh
# Creates the namespace and the search attributes of calls. Safe to run again.
set -eu

# A new server, and then a new namespace, takes some seconds until every part of it knows.
retry() {
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    if "$@"; then
      return
    fi
    echo "attempt $attempt failed: $*"
    sleep 3
  done
  echo "gave up: $*" >&2
  exit 1
}

namespace() {
  temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
}

search_attribute() {
  known=$(temporal operator search-attribute list --namespace "$NAMESPACE") || return 1
  echo "$known" | grep -qw "$1" ||
    temporal operator search-attribute create --namespace "$NAMESPACE" --name "$1" --type "$2"
}

retry temporal operator cluster health
retry namespace
for attribute in $SEARCH_ATTRIBUTES; do
  retry search_attribute "${attribute%%=*}" "${attribute#*=}"
done
echo "namespace $NAMESPACE is ready"
