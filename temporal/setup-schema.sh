#!/bin/sh
# Creates Temporal's databases in PostgreSQL, or updates their schema. Safe to run again: a database that has a schema
# is only updated, since setting it up anew would take it for empty. SQL_PASSWORD is read by the tool itself.
set -eu

SCHEMA=/etc/temporal/schema/postgresql/v12

sql() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p "$SQL_PORT" -u "$SQL_USER" --db "$database" "$@"
}

prepare() {
  if sql "$1" update-schema -d "$SCHEMA/$2/versioned"; then
    return
  fi
  echo "$1 has no schema yet: creating it"
  sql "$1" create
  sql "$1" setup-schema -v 0.0
  sql "$1" update-schema -d "$SCHEMA/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
echo 'schema is up to date'
