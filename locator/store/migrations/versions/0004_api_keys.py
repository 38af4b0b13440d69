"""API keys: what names each, what it may do, and its hash."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.Text()),
        sa.PrimaryKeyConstraint("key_id", name="api_keys_pkey"),
        sa.CheckConstraint("key_id ~ '^[a-z0-9]{8}$'", name=op.f("api_keys_key_id_check")),
        sa.CheckConstraint("length(name) between 1 and 60", name=op.f("api_keys_name_check")),
        sa.CheckConstraint(
            "scopes <@ '{read,import,admin}' and cardinality(scopes) > 0", name=op.f("api_keys_scopes_check")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("api_keys_sha256_check")),
        sa.CheckConstraint("(revoked_at is null) = (revoked_by is null)", name=op.f("api_keys_revoked_by_check")),
    )


def downgrade() -> None:
    op.drop_table("api_keys")
