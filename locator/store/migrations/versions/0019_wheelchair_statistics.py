"""Searches filter by wheelchair access: the planner gets statistics of it right after publishing."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ANALYZE = """
create or replace function analyze_clinics() returns void language plpgsql security definer
set search_path from current as $$ begin
    analyze clinics ({}), clinic_specialties, known_name_words;
end $$"""

# What statements filter, join and sort by. Autovacuum looks at the others, and at the expressions of indexes, later.
_COLUMNS = (
    "clinic_id, version_id, listed, retired_at, location, names, name, organization, city, state, zip, phone,"
    " referral_phone, hours, time_zone, status, serves, accepting_new_patients, telehealth, languages, external_ids"
)


def upgrade() -> None:
    op.execute(_ANALYZE.format(f"{_COLUMNS}, wheelchair_accessible"))


def downgrade() -> None:
    op.execute(_ANALYZE.format(_COLUMNS))
