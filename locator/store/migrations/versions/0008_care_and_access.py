"""What patients ask before a visit: whom a clinic treats, what it does not offer, its door, parking and interpreters.

`clinic_versions` keeps each clinic as JSON without what is not known, so old versions need no change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = ("organization_phone", "serves", "parking", "entrance", "rides_and_lodging", "insurance_url")
_YES_NO = ("telehealth_second_opinion", "accessible_imaging")
_LISTS = ("not_offered", "interpreter")
_RULES = {
    "organization_phone": r"~ '^\+1[0-9]{10}(;ext=[0-9]{1,7})?$'",
    "serves": "in ('everyone', 'veterans', 'children')",
    "insurance_url": "~ '^https?://'",
}


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("clinics", sa.Column(name, sa.Text()))
    for name in _YES_NO:
        op.add_column("clinics", sa.Column(name, sa.Boolean()))
    for name in _LISTS:
        op.add_column("clinics", sa.Column(name, sa.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")))
    for name, rule in _RULES.items():
        op.create_check_constraint(name, "clinics", sa.text(f"{name} {rule}"))


def downgrade() -> None:
    for name in (*_TEXTS, *_YES_NO, *_LISTS):
        op.drop_column("clinics", name)
