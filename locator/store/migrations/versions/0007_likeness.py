"""Findings that name another clinic keep its id, how it is alike and the distance as values of their own.

Until now they were only in the sentence of `found`: "capitol-clinic (the same phone, 1,200 m away)".
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OF_LIKENESS = """findings @> '[{"code": "likely-duplicate"}]' or findings @> '[{"code": "same-clinic"}]'"""

# A long sentence was cut off, and then the distance is not known; the id comes first and is always whole.
_ADD = f"""
    update import_rows set findings = (
        select jsonb_agg(
            case when f->>'code' not in ('likely-duplicate', 'same-clinic') then f
            else f || jsonb_build_object('likeness', jsonb_build_object(
                'clinic_id', split_part(f->>'found', ' ', 1),
                'by', case when position('(the same phone' in f->>'found') > 0 then 'phone' else 'place' end,
                'meters', coalesce(
                    replace(substring(f->>'found' from ', ([0-9,.]+) m away'), ',', '')::float8,
                    round(replace(substring(f->>'found' from ', ([0-9,.]+) miles away'), ',', '')::float8 * 1609.344)
                )
            )) end
            order by position)
        from jsonb_array_elements(findings) with ordinality as e (f, position)
    )
    where {_OF_LIKENESS}"""

_REMOVE = f"""
    update import_rows set findings = (
        select jsonb_agg(f - 'likeness' order by position)
        from jsonb_array_elements(findings) with ordinality as e (f, position)
    )
    where {_OF_LIKENESS}"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_ADD)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_REMOVE)
