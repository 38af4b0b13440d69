#!/bin/sh
# Creates the role of the server and the worker, or gives it its password again: it can read and change the list, but does
# not own the tables. `locator migrate` grants it what it needs. It is safe to repeat, and runs at every start.
set -eu

if [ -n "${SUPERUSER_PASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(cat "$SUPERUSER_PASSWORD_FILE")
    export PGPASSWORD
fi

psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname locator <<'SQL'
\set password `cat "$ROLE_PASSWORD_FILE"`
select 'create role locator_web' where not exists (select from pg_roles where rolname = 'locator_web') \gexec
alter role locator_web login nosuperuser nocreatedb nocreaterole noreplication password :'password';
grant connect, temporary on database locator to locator_web;
SQL
