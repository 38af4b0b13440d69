"""A kind of care has a day only if somebody was asked about it: days copied from the clinic's own are taken away."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Until now every day of a kind of care was the clinic's own day, so none of them says that anybody asked about it.
# The images of the history are what the list is made of, and what an undo brings back.
_FORGET = """
update {table} set image = jsonb_set(image, '{{specialties}}', (
    select jsonb_agg(care - 'verified_on' order by position)
    from jsonb_array_elements(image->'specialties') with ordinality as offered(care, position)
))
where jsonb_path_exists(image, '$.specialties[*].verified_on')
"""


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run("alter table clinic_versions disable trigger clinic_versions_append_only")
    for table in ("clinic_versions", "import_rows"):
        run(_FORGET.format(table=table))
    run("alter table clinic_versions enable trigger clinic_versions_append_only")
    if run("select exists (select from clinic_specialties where verified_on is not null)").scalar_one():
        run("update clinic_specialties set verified_on = null where verified_on is not null")


def downgrade() -> None:
    """Leave everything as it is: a day that is not there is none that anybody would miss."""
