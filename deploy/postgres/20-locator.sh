#!/bin/sh
# Runs once, when the database volume is empty: creates the role of the service, its database, and the extensions, which
# need a superuser. Nothing else in the service needs one.
#
# In a subshell, because the image sources this file into its own shell if it is not marked executable.
(
set -eu

psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat "$ROLE_PASSWORD_FILE"`
create role locator login nosuperuser nocreatedb nocreaterole noreplication password :'password';
create database locator owner locator encoding 'UTF8' template template0;
revoke connect, temporary on database locator from public;
SQL

psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname locator <<'SQL'
create extension postgis;
create extension pg_trgm;
create extension fuzzystrmatch;
SQL
)
